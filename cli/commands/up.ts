import { once } from 'node:events'
import { withoutLogins } from '../../bus/jetstream/connect.ts'
import { loadConfig } from '../../infra/app/configuration.ts'
import { createLog } from '../../infra/app/log.ts'
import { openSecrets } from '../../infra/app/open-secrets.ts'
import { productWorks } from '../../infra/app/product-functions.ts'
import { type System, startSystem } from '../../infra/app/start.ts'
import { type LoadedConfig, ownEnvironment } from '../../infra/config/config.ts'
import { NO_CONFIGURATION } from '../../infra/config/nearest-configuration.ts'
import { shellWord } from '../../infra/sandbox/shell-line.ts'
import type { RunCommand } from '../command.ts'
import { allowFinding } from '../doctor/agents.ts'
import { examine } from '../doctor/doctor.ts'
import type { DoctorFinding } from '../doctor/finding.ts'
import { keyFinding } from '../doctor/keys.ts'
import { reviewFinding } from '../doctor/review.ts'
import { Exit } from '../fault.ts'
import { interruptible } from '../session.ts'
import type { Terminal } from '../terminal.ts'

/** Runs until Ctrl-C or SIGTERM, or until the bus is gone for good (exit 3: a supervisor starts it again); then everything at work ends or is given back to the bus, and nothing is lost. */
const up: RunCommand = async (given, terminal) => {
  const [port, busPort] = [given.value('port'), given.value('bus-port')]
  const overrides = {
    data: given.value('data'),
    ...(port ? { port: Number(port) } : {}),
    ...(busPort ? { busPort: Number(busPort) } : {}),
  }
  const loaded = loadConfig({ path: given.value('config'), overrides, works: await productWorks() })
  return interruptible(async (signal) => {
    const env = ownEnvironment()
    const secrets = await openSecrets(loaded.config, env)
    const typed = terminal.typedFor(loaded)
    const log = createLog(loaded.config.log.level, secrets.maskKnown, { typed })
    await using system = await startSystem({ loaded, env, secrets, log, typed })
    const found = { url: withoutLogins(system.url), http: system.httpUrl ?? null, data: loaded.dataDir, process: process.pid }
    const lines = whatRuns(system, loaded, await keyFinding({ loaded, env }), terminal)
    terminal.result(found, `${lines}\n${terminal.typed(TRY)}`)
    await tellWhatIsMissing(terminal, loaded)
    const gone = signal.aborted ? undefined : await Promise.race([once(signal, 'abort'), system.connection.closed])
    if (gone instanceof Error) throw gone
    terminal.say(terminal.typed('stopping: what runs is ended or given back; "cortex up" goes on with it'))
    return Exit.done
  })
}
export default up

const TRY = 'Try: cortex run "<title>" --follow   Stop: Ctrl-C'

const whatRuns = (system: System, loaded: LoadedConfig, keys: readonly DoctorFinding[], { typed }: Pick<Terminal, 'typed'>): string => {
  const { projects, agents, gate } = loaded.config
  const names = (table: object): string => Object.keys(table).join(', ') || 'none'
  return [
    'Cortex is up.',
    ...(system.httpUrl ? [`  page     ${system.httpUrl}/ (API: /openapi.json, MCP: /mcp)`] : []),
    ...(system.proxyUrl ? [proxyLine(system.proxyUrl, loaded)] : []),
    `  bus      ${withoutLogins(system.url)}${system.nats ? `, nats-server is our child (process ${system.nats.pid()})` : ', from NATS_URL'}`,
    ...portNote(system, loaded),
    `  data     ${loaded.dataDir}`,
    `  config   ${loaded.file ?? typed(NO_CONFIGURATION)}`,
    `  projects ${names(projects)}`,
    `  agents   ${names(agents)}`,
    ...reviewFinding({ loaded }).map(({ found }) => `  review   ${found}`),
    ...allowFinding({ loaded }).map(({ found }) => `  allow    ${found}`),
    system.services.sandbox.missing
      ? `  sandbox  NONE, agents may do here what you may: ${system.services.sandbox.missing}`
      : '  sandbox  agents, setup and checks see and write their worktree alone',
    ...(system.services.sandbox.missing ? [] : keys.map(({ found }) => `  keys     ${found}`)),
    `  at work  ${system.functions.size} functions`,
    ...(gate.automatic ? ['  gate     every plan is approved without a person ([gate] automatic)'] : []),
    ...(system.nats
      ? [`  look in  nats --context ${shellWord(system.nats.contextPath)} sub --stream EVENTS --all '*.*.<task id>'`]
      : [
          '  note     on a bus of somebody else anyone who may publish there may also approve plans',
          `  note     every other data folder on that bus needs the same ${loaded.config.nats.seal_key_env}, or does not believe what this one did`,
        ]),
  ].join('\n')
}

/** A program that was told the port that was asked for would be heard by whoever has it. */
const portNote = ({ nats }: System, { config }: LoadedConfig): string[] => {
  const asked = config.nats.port
  if (!nats || asked === 0 || asked === nats.port) return []
  return [`  note     another program has port ${asked}, which was asked for: what is sent to it does not come here`]
}

const proxyLine = (url: string, { config }: LoadedConfig): string =>
  config.lanes.browser ? `  models   ${url}/v1 (tools: ${url}/execute-tool)` : `  tools    ${url}/execute-tool (also on the page's port)`

const tellWhatIsMissing = async (terminal: Terminal, loaded: LoadedConfig): Promise<void> => {
  const findings = await examine({ loaded, env: ownEnvironment() })
  for (const { name, found, advice, ok } of findings) if (ok === 'no') terminal.warn(`missing: ${name}: ${found} -> ${advice}`)
}
