import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { resolveAgent } from '../../infra/agents/presets.ts'
import { ConfigSchema } from '../../infra/config/config-schema.ts'
import { cachedAgents, cacheFolder, findOnPath } from '../../infra/setup/cache.mjs'

const cached = cachedAgents(cacheFolder(process.env))

/** Where the real binaries lie; null where one is not installed. The pinned ones in the cache come first. */
const realAgents: Readonly<Record<'claude' | 'codex', string | null>> = {
  claude: cached.claude ?? findOnPath('claude', process.env),
  codex: cached.codex ?? findOnPath('codex', process.env),
}

/** For `skip`: the reason when the binary is not there, else false. */
export function unlessInstalled(name: 'claude' | 'codex'): string | false {
  return realAgents[name] ? false : `${name} is not installed: npm run test:agents fetches it`
}

/** Programs for `createAgents`. */
export const programs = Object.fromEntries(Object.entries(realAgents).filter((entry): entry is [string, string] => entry[1] !== null))

/** Codex has no variable for its server: the preset's command with a provider of ours, whose key is SCRIPTED_KEY. */
function codexCommand(command: readonly string[], url: string): string[] {
  const provider = `{name="scripted",base_url="${url}/v1",env_key="SCRIPTED_KEY",wire_api="responses",request_max_retries=1,stream_max_retries=1}`
  const [program = 'codex', exec = 'exec', ...rest] = command
  return [program, exec, '-c', 'model_provider="scripted"', '-c', `model_providers.scripted=${provider}`, ...rest]
}

/** `host:port` of a server on loopback, which the sandbox closes unless it is named. */
const named = (url: string): string[] => [new URL(url).host]

/** Configuration and environment under which the presets of claude and codex talk to scripted models, with folders of their own for settings. */
export async function realAgentSettings(folder: string, isConfined: boolean, urls: { claude: string; codex: string }) {
  const [claudeHome, codexHome] = [path.join(folder, 'claude-home'), path.join(folder, 'codex-home')]
  for (const each of [claudeHome, codexHome]) await mkdir(each, { recursive: true })
  const codex = resolveAgent('codex', { preset: 'codex', reads: [], allow: [] }, isConfined)
  const { agents } = ConfigSchema.parse({
    agents: {
      claude: { preset: 'claude', hosts: named(urls.claude), set_env: { CLAUDE_CODE_MAX_RETRIES: '2' } },
      codex: {
        preset: 'codex',
        hosts: named(urls.codex),
        model: 'gpt-5.5',
        env: ['CODEX_HOME', 'SCRIPTED_KEY'],
        command: codexCommand(codex.command, urls.codex),
        read_command: codexCommand(codex.readCommand, urls.codex),
      },
    },
  })
  const env = {
    PATH: process.env['PATH'],
    HOME: claudeHome,
    CLAUDE_CONFIG_DIR: claudeHome,
    ANTHROPIC_BASE_URL: urls.claude,
    ANTHROPIC_API_KEY: 'dummy-anthropic-key',
    CODEX_HOME: codexHome,
    SCRIPTED_KEY: 'dummy-scripted-key',
  }
  return { agents, env }
}
