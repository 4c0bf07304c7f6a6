import { fileURLToPath } from 'node:url'
import { milliseconds } from '../../bus/duration.ts'
import type { AgentConfig } from '../config/config-schema.ts'
import { codexEnvironment } from './codex-environment.ts'
import type { AgentRole, ResolvedAgent } from './resolved-agent.ts'

/**
 * Known command lines, as data. Both were tried with claude 2.1.329 and codex 0.169.0.
 *
 * HOME: claude and codex keep a person's login in their home folder, so the presets name HOME among the variables passed on.
 * An agent whose `env` leaves HOME out gets an empty home of its own for every run. In the sandbox every run has an empty home,
 * with a copy of the login where there is no key.
 */
interface Preset extends Omit<ResolvedAgent, 'name' | 'model' | 'keyHosts' | 'masksKeys' | 'inputUsdPerMtok' | 'outputUsdPerMtok'> {
  /** What differs in our sandbox, which holds whatever the agent is allowed. */
  inside?: Partial<Pick<ResolvedAgent, 'command' | 'readCommand' | 'setEnv'>>
}

const everyRole: AgentRole[] = ['plan', 'implement', 'review', 'answer']
const network = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']

const asItIs: ResolvedAgent['completeEnv'] = (env) => env

/** Settings of the repository are not loaded: they could grant permissions. Commands beyond these are denied, not asked for. */
const claudeCommands = [
  'git status',
  'git diff',
  'git log',
  'git show',
  'ls',
  'cat',
  'npm test',
  'npm run',
  'npx tsc',
  'pnpm test',
  'yarn test',
  'go test',
  'go build',
  'go vet',
  'cargo test',
  'cargo build',
  'cargo check',
  'pytest',
  'python -m pytest',
  'python3 -m pytest',
  'python3 -m unittest',
  'make',
]
const claudeCommon = [
  'claude',
  '-p',
  '--output-format',
  'stream-json',
  '--verbose',
  '--setting-sources',
  '',
  '--strict-mcp-config',
  '--no-session-persistence',
  '--model',
  '{model}',
]
const claudeWriting = (allowed: string) => [
  ...claudeCommon,
  '--permission-mode',
  'acceptEdits',
  '--allowedTools',
  `${allowed}{allow}`,
  '--max-turns',
  '100',
  '--json-schema',
  '{schema_json}',
]
const claude: Preset = {
  // Any program can be written in a line of node: only where a sandbox holds it.
  command: claudeWriting(claudeCommands.map((command) => `Bash(${command}:*)`).join(',')),
  // No Bash at all: a command that only reads can be made to write (git diff --output).
  readCommand: [
    ...claudeCommon,
    '--permission-mode',
    'dontAsk',
    '--tools',
    'Read,Grep,Glob',
    '--allowedTools',
    'Read,Grep,Glob',
    '--max-turns',
    '60',
    '--json-schema',
    '{schema_json}',
  ],
  versionCommand: ['claude', '--version'],
  prompt: 'stdin',
  output: 'claude-json',
  env: [
    'HOME',
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'ANTHROPIC_BASE_URL',
    'ANTHROPIC_MODEL',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CONFIG_DIR',
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_USE_VERTEX',
    ...network,
  ],
  completeEnv: asItIs,
  setEnv: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_MAX_RETRIES: '4' },
  hosts: ['*.anthropic.com', '*.claude.ai', 'claude.ai', '*.claude.com'],
  keyWay: {
    variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    unused: [],
    server: { variable: 'ANTHROPIC_BASE_URL', otherwise: 'https://api.anthropic.com' },
    unless: ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'],
  },
  reads: [],
  allow: [],
  login: { variable: 'CLAUDE_CONFIG_DIR', folder: '.claude', files: ['.credentials.json'] },
  inside: {
    command: claudeWriting([...claudeCommands, 'node'].map((command) => `Bash(${command}:*)`).join(',')),
    setEnv: { IS_SANDBOX: '1' },
  },
  roles: everyRole,
}

/**
 * Without `unbounded_connection_retries` codex would wait for the network for ever; analytics cost 5 s at the end when offline.
 * Plugins and apps would give the agent what a person connected to the account: mail, documents.
 *
 * Login: a person's own, from `codex login` (ChatGPT or key) in CODEX_HOME, default ~/.codex, also with `--ignore-user-config`;
 * CODEX_API_KEY wins over it. Codex itself does not read OPENAI_API_KEY: see `codexEnvironment`.
 * Server: codex ignores the variable OPENAI_BASE_URL and config.toml is not loaded, so the preset hands that variable on as a
 * setting, for the built-in provider with its login. A server behind it that has no web sockets says so with 426; with
 * another status codex asks seven times before it goes on without. Another provider needs a `command` of the operator's own.
 */
const codexCommon = [
  '-c',
  'openai_base_url={openai_base_url}',
  '-c',
  'analytics.enabled=false',
  '--disable',
  'plugins',
  '--disable',
  'apps',
  '--disable',
  'unbounded_connection_retries',
  '-c',
  'shell_environment_policy.exclude=["OPENAI_API_KEY","CODEX_API_KEY"]',
  '-m',
  '{model}',
  '--ephemeral',
  '--ignore-user-config',
  '--color',
  'never',
  '--skip-git-repo-check',
]
const codexEnd = ['--output-schema', '{schema_file}', '-o', '{last_message_file}', '-']
/** Two sandboxes do not nest: ours holds it, and what it must not write is read-only there. */
const codexInside = ['codex', 'exec', '--json', '--dangerously-bypass-approvals-and-sandbox', ...codexCommon, ...codexEnd]
const codex: Preset = {
  command: [
    'codex',
    'exec',
    '--json',
    '--sandbox',
    'workspace-write',
    '-c',
    'sandbox_workspace_write.exclude_slash_tmp=true',
    ...codexCommon,
    ...codexEnd,
  ],
  readCommand: ['codex', 'exec', '--json', '--sandbox', 'read-only', ...codexCommon, ...codexEnd],
  versionCommand: ['codex', '--version'],
  prompt: 'stdin',
  output: 'codex-jsonl',
  env: ['HOME', 'CODEX_HOME', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'CODEX_API_KEY', ...network],
  setEnv: {},
  completeEnv: codexEnvironment,
  hosts: ['api.openai.com', 'auth.openai.com', 'chatgpt.com', '*.chatgpt.com'],
  keyWay: {
    variables: ['CODEX_API_KEY'],
    unused: ['OPENAI_API_KEY'],
    server: { variable: 'OPENAI_BASE_URL', otherwise: 'https://api.openai.com/v1' },
    placeholder: '{openai_base_url}',
    unless: [],
  },
  reads: [],
  allow: [],
  login: { variable: 'CODEX_HOME', folder: '.codex', files: ['auth.json'] },
  inside: { command: codexInside, readCommand: codexInside },
  roles: everyRole,
}

/** Our own stand-in: a small program that follows sentences, not a model. */
const scriptedProgram = [process.execPath, fileURLToPath(new URL('./scripted.mjs', import.meta.url))]
const scripted: Preset = {
  command: [...scriptedProgram, 'implement'],
  readCommand: [...scriptedProgram, '{role}'],
  versionCommand: [...scriptedProgram, '--version'],
  prompt: 'stdin',
  output: 'json',
  env: [],
  setEnv: {},
  completeEnv: asItIs,
  hosts: [],
  reads: [fileURLToPath(new URL('./scripted', import.meta.url))],
  allow: [],
  roles: everyRole,
}

export const presets: Readonly<Record<NonNullable<AgentConfig['preset']>, Preset>> = { claude, codex, scripted }

/** What an agent without preset starts from: it needs a command, gets the prompt on stdin and answers in plain text. */
const plain: Preset = {
  command: [],
  readCommand: [],
  versionCommand: [],
  prompt: 'stdin',
  output: 'text',
  env: [],
  setEnv: {},
  completeEnv: asItIs,
  hosts: [],
  reads: [],
  allow: [],
  roles: everyRole,
}

/** The operator's settings laid over the preset. An agent without a command for a role does not have that role. */
export function resolveAgent(name: string, config: AgentConfig, isConfined = false): ResolvedAgent {
  const known = config.preset ? presets[config.preset] : plain
  const inside = isConfined ? known.inside : undefined
  const preset = { ...known, ...inside, setEnv: { ...known.setEnv, ...inside?.setEnv } }
  const command = config.command ?? preset.command
  const readCommand = config.read_command ?? preset.readCommand
  const program = (config.command ?? config.read_command)?.[0]
  return {
    name,
    command,
    readCommand,
    versionCommand: program === undefined ? preset.versionCommand : [program, '--version'],
    prompt: config.prompt ?? preset.prompt,
    output: config.output ?? preset.output,
    model: config.model,
    env: config.env ?? preset.env,
    setEnv: { ...preset.setEnv, ...config.set_env },
    completeEnv: preset.completeEnv,
    hosts: config.hosts ?? preset.hosts,
    keyHosts: config.hosts ? [] : preset.hosts,
    keyWay: preset.keyWay,
    masksKeys: config.mask_keys !== 'none',
    reads: [...preset.reads, ...config.reads],
    allow: config.allow,
    login: preset.login,
    roles: (config.roles ?? preset.roles).filter((role) => (role === 'implement' ? command : readCommand).length > 0),
    silenceMs: config.silence === undefined ? undefined : milliseconds(config.silence),
    inputUsdPerMtok: config.input_usd_per_mtok,
    outputUsdPerMtok: config.output_usd_per_mtok,
  }
}
