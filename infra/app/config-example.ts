import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { chatPlatforms } from '../chat/load-platforms.ts'
import { productSchema } from './configuration.ts'

/**
 * Writes `cortex.example.toml` and `cortex.schema.json` from the schema (`node infra/app/config-example.ts --write`);
 * without `--write` it says whether they are fresh (exit 1 when not).
 */
const root = new URL('../../', import.meta.url)
export const generatedFiles = {
  'cortex.example.toml': () => exampleToml(),
  'cortex.schema.json': () => `${shortListsOnOneLine(JSON.stringify(schemaForEditors(), null, 2))}\n`,
} as const

/** Values that show what an optional key is for; `[section, name]` are lines of the file. */
const samples: Readonly<Record<string, string>> = {
  'projects.path': '"."',
  'projects.url': '"https://example.com/team/api.git"',
  'projects.base': '"main"',
  'projects.dod': '["npm test", ["node", "--check", "index.js"]]',
  'projects.tasks': '1',
  'projects.yardstick.tests': '"approve"',
  'projects.yardstick.check_base': 'false',
  'projects.yardstick.canary': 'false',
  'projects.yardstick.repeat': '2',
  'projects.yardstick.coverage_min': '80',
  'projects.yardstick.test_files': '["checks/"]',
  'projects.yardstick.runner_files': '["scripts/verify.mjs"]',
  'dod.repeat': '1',
  'dod.coverage_min': '80',
  'agents.preset': '"claude"',
  'agents.command': '["my-agent", "--write", "--model", "{model}"]',
  'agents.read_command': '["my-agent", "--read-only"]',
  'agents.prompt': '"stdin"',
  'agents.output': '"text"',
  'agents.model': '"a-model"',
  'agents.silence': '"5m"',
  'agents.family': '"a-vendor"',
  'agents.env': '["HOME", "MY_AGENT_KEY"]',
  'agents.set_env': '{ NO_COLOR = "1" }',
  'agents.hosts': '["api.example.com"]',
  'agents.mask_keys': '"none"',
  'agents.roles': '["plan", "implement", "review", "answer"]',
  'agents.input_usd_per_mtok': '3.0',
  'agents.output_usd_per_mtok': '15.0',
  'masters.planner': '"name"',
  'masters.implementer': '"name"',
  'masters.reviewer': '"other"',
  'gate.channels': '["cli", "chat"]',
  'budget.tokens': '2_000_000',
  'budget.usd': '5.0',
  'chum.agent': '"claude"',
  'chum.tokens_per_day': '500_000',
  'chum.usd_per_day': '2.0',
  'lanes.purpose': '{ review = "cli" }',
  'lanes.browser.url': '"http://127.0.0.1:3080"',
  'lanes.browser.profile': '"/home/me/.cortex-profile"',
  'lanes.browser.browser': '"/usr/bin/chromium"',
  'lanes.browser.sandbox': 'true',
  'lanes.browser.model': '"Thinking"',
  'lanes.browser.effort': '"High"',
  'lanes.browser.family': '"codex"',
  'lanes.api.family': '"a-vendor"',
  'blobs.s3.endpoint': '"http://127.0.0.1:9000"',
  'blobs.s3.bucket': '"cortex"',
  'blobs.s3.region': '"us-east-1"',
  'blobs.s3.access_key_env': '"S3_ACCESS_KEY"',
  'blobs.s3.secret_key_env': '"S3_SECRET_KEY"',
  'gateway.webhooks.in':
    '{ alerts = { kind = "alertmanager", secret_env = "ALERTS_TOKEN" }, issues = { kind = "github", secret_env = "GITHUB_SECRET", tasks = [{ when = { "$event" = ["issues"], action = ["opened"] }, title = "{{issue.title}}", description = "{{issue.body}}", project = "{{repository.name}}" }] } }',
  'gateway.webhooks.out': '{ ci = { url = "https://example.com/hook", secret_env = "CI_SECRET" } }',
  'gateway.webhooks.callback_secret_env': '"CALLBACK_SECRET"',
  'gateway.proxy.token_env': '"CORTEX_PROXY_TOKEN"',
  'nats.streams.replicas': '3',
  'nats.streams.max_age': '"60d"',
  'nats.streams.cluster': '"east"',
  'nats.streams.tags': '["ssd"]',
  'lanes.api.url': '"https://example.com/v1"',
  'lanes.api.model': '"a-model"',
  'lanes.api.key_env': '"OPENAI_API_KEY"',
  'lanes.api.input_usd_per_mtok': '1.0',
  'lanes.api.output_usd_per_mtok': '4.0',
  'escalation.command': '["notify-send", "Cortex needs you"]',
  'escalation.webhook': '"https://example.com/hook"',
  ...chatSamples(),
}

/** What every chat platform has. */
function chatSamples(): Record<string, string> {
  return Object.fromEntries(
    [...chatPlatforms].flatMap(([platform, { notifyExample }]) => [
      [`gateway.chat.${platform}.notify`, `"${notifyExample}"`],
      [`gateway.chat.${platform}.project`, '"this"'],
      [`gateway.chat.${platform}.api_url`, '"https://chat.example.com/api"'],
    ]),
  )
}

/** Sections whose names the operator chooses. */
const chosenNames: Readonly<Record<string, string>> = { projects: 'this', agents: 'name', masters: 'default' }

interface Node {
  type?: string | undefined
  description?: string | undefined
  default?: unknown
  enum?: unknown[] | undefined
  properties?: Record<string, Node> | undefined
  additionalProperties?: Node | boolean | undefined
}
const NodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), NodeSchema).optional(),
    additionalProperties: z.union([z.boolean(), NodeSchema]).optional(),
  }),
)

function schemaForEditors(): object {
  return { title: 'cortex.toml', ...z.toJSONSchema(productSchema, { io: 'input' }) }
}

/** As the formatter of this project writes JSON, so that it leaves the file alone. */
function shortListsOnOneLine(json: string): string {
  return json.replace(/\[\s+((?:"[^"]*",\s+)*"[^"]*")\s+\]/g, (_list, items: string) => `[${items.replace(/,\s+/g, ', ')}]`)
}

function exampleToml(): string {
  const { properties = {} } = NodeSchema.parse(schemaForEditors())
  const head = [
    '#:schema ./cortex.schema.json',
    '# Copy this to cortex.toml and keep what you change. What is not commented out is the default, but for the project.',
    '# Durations are texts like "90s", "5m", "24h". A command is a shell line, or a list: a program and its arguments, run without a shell.',
    '# This file is generated from infra/config/config-schema.ts: node infra/app/config-example.ts --write',
  ]
  const sections = Object.entries(properties).map(([name, node]) => section(name, node))
  return `${[head.join('\n'), ...sections].join('\n\n')}\n`
}

function section(name: string, node: Node): string {
  const chosen = chosenNames[name]
  const inner = chosen !== undefined && typeof node.additionalProperties === 'object' ? node.additionalProperties : node
  // Only the project is alive in the example: agents and masters would have to exist.
  const off = chosen !== undefined && name !== 'projects'
  const lines = node.description === undefined ? [] : [`# ${node.description}`]
  lines.push(`${off ? '# ' : ''}[${chosen === undefined ? name : `${name}.${chosen}`}]`)
  const below: string[] = []
  for (const [key, value] of Object.entries(inner.properties ?? {})) {
    if (value.properties) below.push('', ...table(`${name}.${key}`, value))
    else lines.push(setting(`${name}.${key}`, key, value, off))
  }
  return [...lines, ...below].join('\n')
}

/** An optional table within a section: commented out as a whole. */
function table(path: string, node: Node): string[] {
  const lines = node.description === undefined ? [] : [`# ${node.description}`]
  const [top = '', ...rest] = path.split('.')
  lines.push(`# [${[top, chosenNames[top] ?? [], ...rest].flat().join('.')}]`)
  const below: string[] = []
  for (const [key, value] of Object.entries(node.properties ?? {})) {
    if (value.properties) below.push('', ...table(`${path}.${key}`, value))
    else lines.push(setting(`${path}.${key}`, key, value, true))
  }
  return [...lines, ...below]
}

function setting(path: string, key: string, node: Node, off: boolean): string {
  const sample = samples[path]
  const value = sample ?? (node.default === undefined ? undefined : JSON.stringify(node.default).replaceAll('","', '", "'))
  if (value === undefined) throw new Error(`config-example: ${path} has no default; add a sample for it`)
  const alive = !off && (node.default !== undefined ? sample === undefined : path === 'projects.path')
  const choices = node.enum ? `one of ${node.enum.map((choice) => JSON.stringify(choice)).join(', ')}` : undefined
  const notes = [node.description, choices].filter((note) => note !== undefined).join('; ')
  return `${alive ? '' : '# '}${key} = ${value}${notes === '' ? '' : ` # ${notes}`}`
}

function main(write: boolean): number {
  let stale = 0
  for (const [name, content] of Object.entries(generatedFiles)) {
    const file = new URL(name, root)
    if (write) writeFileSync(file, content())
    else if (readFileSync(file, 'utf8') !== content()) {
      stale += 1
      console.error(`${name} is stale: run node infra/app/config-example.ts --write`)
    }
  }
  return stale > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--write'))
