import { Categories, DefinitionFormats, prioritiesInWords, priorityOf, Workflows } from '../domain/choices.ts'
import { Statuses } from '../domain/phases.ts'
import { Scopes } from '../gateway/http/scopes.ts'
import { type CommandSpec, type OptionCheck, type OptionSpec, option, type WordSpec } from './command.ts'
import { matching, number, oneOf, someOf, twoNames } from './option-checks.ts'

/** Every command: its words and options, and where its work is. Loading this loads no command. */

const name = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/
const id = matching(name, 'must be the id of a task')
const aFunction = matching(name, 'must be the name of a function')
const aPriority: OptionCheck = (text) =>
  priorityOf(text) === undefined ? `must be one of ${prioritiesInWords}, by its number or its name` : undefined

const json = option('--json', 'one JSON object on stdout and nothing else')
const everywhere = [option('--data <dir>', 'the data folder; default: .cortex here or in a folder above'), json]
const follow = option('--follow', 'go on until the task ends')
const mendBase = option('--mend-base', 'its purpose is to make the base green: it starts though the definition of done fails there')
const yes = option('--yes', 'approve the plan without asking')
const config = option('--config <file>', 'the configuration; default: cortex.toml here or in a folder above')
const planHash = option(
  '--hash <hash>',
  'of the plan you mean',
  matching(/^[0-9a-f]{64}$/, 'must have 64 hexadecimal digits; "cortex plan" shows it'),
)

/** `usage` is as the help shows it: the name, `<word>` that must be there and `[word]` that may be, each with its check. */
const command = (
  usage: string,
  summary: string,
  checks: Readonly<Record<string, OptionCheck>>,
  options: readonly OptionSpec[],
  load: CommandSpec['load'],
): CommandSpec => {
  const words = [...usage.matchAll(/([<[])(\w+)[>\]]/g)].map(
    ([, bracket, word = '']): WordSpec => ({ name: word, required: bracket === '<', check: checks[word] ?? (() => undefined) }),
  )
  return { name: usage.split(' ')[0] ?? usage, summary, words, options, load }
}

const beginning = [
  command('init', 'write a cortex.toml for the repository in this folder', {}, [json], () => import('./commands/init.ts')),
  command(
    'up',
    'run the whole system in the foreground',
    {},
    [
      config,
      option('--port <port>', 'of the gateway: page, API, chat, MCP; default 8900', number(0, 65_535)),
      option('--bus-port <port>', 'of the embedded bus; default 4222', number(0, 65_535)),
      ...everywhere,
    ],
    () => import('./commands/up.ts'),
  ),
  command(
    'run <title>',
    'create a task; starts the system itself when none is up',
    { title: matching(/\S/, 'must not be empty') },
    [
      option('--project <name>', 'as in cortex.toml; default: the only one there'),
      option('--description <text>', 'everything the title does not say'),
      option('--category <name>', Categories.join(', '), oneOf(...Categories)),
      option('--priority <priority>', prioritiesInWords, aPriority),
      option('--workflow <name>', 'change or answer; default: change in a project', oneOf(...Workflows)),
      ...[mendBase, yes, follow, config, ...everywhere],
    ],
    () => import('./commands/run.ts'),
  ),
]

const keeping = [
  command('backup <dir>', 'copy all that the running system knows into a new folder', {}, everywhere, () => import('./commands/backup.ts')),
  command(
    'restore <dir>',
    'make it again from a backup, in a data folder that has nothing yet',
    {},
    [config, ...everywhere],
    () => import('./commands/restore.ts'),
  ),
]

const looking = [
  command(
    'list',
    'tasks, newest first',
    {},
    [
      option('--status <status>', Statuses.join(', '), oneOf(...Statuses)),
      option('--project <name>', 'of one project'),
      option('--category <name>', 'of one category, such as security'),
      option('--search <text>', 'in title, id and reason'),
      option('--limit <n>', 'at most so many; default 50', number(1, 200)),
      ...everywhere,
    ],
    () => import('./commands/list.ts'),
  ),
  command(
    'status [id]',
    'where a task or a job of the proxy is and why it waits; without an id: the system and its lanes',
    { id },
    everywhere,
    () => import('./commands/status.ts'),
  ),
  command('story <id>', 'every event of a task', { id }, [follow, ...everywhere], () => import('./commands/story.ts')),
  command('plan <id>', 'the plan and its hash', { id }, everywhere, () => import('./commands/plan.ts')),
  command('diff <id>', 'the change as it stands', { id }, everywhere, () => import('./commands/diff.ts')),
  command(
    'logs <id>',
    'logs of agents and checks: the list, and the last one or the one named',
    { id },
    [option('--log <n>', 'which one', number(1, 100_000)), ...everywhere],
    () => import('./commands/logs.ts'),
  ),
]

const deciding = [
  command(
    'approve <id>',
    'approve the plan that waits, or the one with this hash',
    { id },
    [planHash, ...everywhere],
    () => import('./commands/approve.ts'),
  ),
  command(
    'reject <id>',
    'reject the plan; the task ends',
    { id },
    [option('--reason <text>', 'why', undefined, 'say why'), planHash, ...everywhere],
    () => import('./commands/reject.ts'),
  ),
  command(
    'question <id>',
    'ask for changes in the plan',
    { id },
    [option('--wish <text>', 'what should change', undefined, 'say what should change'), planHash, ...everywhere],
    () => import('./commands/question.ts'),
  ),
  command(
    'cancel <id>',
    'end a task; what runs for it is stopped',
    { id },
    [option('--reason <text>', 'why'), ...everywhere],
    () => import('./commands/cancel.ts'),
  ),
  command(
    'retry <id>',
    'open an ended task again',
    { id },
    [option('--guidance <text>', 'what to do otherwise this time'), mendBase, ...everywhere],
    () => import('./commands/retry.ts'),
  ),
  command(
    'prioritise <id> <priority>',
    `change the priority of a task: ${prioritiesInWords}`,
    { id, priority: aPriority },
    everywhere,
    () => import('./commands/prioritise.ts'),
  ),
]

const operating = [
  command(
    'token [action] [name]',
    "tokens for the gateway's HTTP interface: list, create <name>, revoke <name>",
    {
      action: oneOf('list', 'create', 'revoke'),
      name: matching(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/, 'must have letters, digits, "_", ".", "@" and "-" only'),
    },
    [option('--scopes <names>', `of ${Scopes.join(', ')}; default create,read`, someOf(...Scopes)), ...everywhere],
    () => import('./commands/token.ts'),
  ),
  command(
    'lessons [action] [what]',
    'what tasks taught: the newest, search <words>, show <id>, pin <id>, forget <id>',
    { action: oneOf('search', 'show', 'pin', 'forget') },
    [option('--project <name>', 'of one project'), option('--reason <text>', 'why it is pinned or forgotten'), ...everywhere],
    () => import('./commands/lessons.ts'),
  ),
  command(
    'rules [action] [what]',
    'rules made of lessons: all, show, enforce, quarantine or undo <name>, export as YAML',
    { action: oneOf('list', 'show', 'enforce', 'quarantine', 'undo', 'export') },
    [option('--project <name>', 'of one project'), option('--reason <text>', 'is kept with what you say'), ...everywhere],
    () => import('./commands/rules.ts'),
  ),
  command('functions', 'what waits for each function, since when, and why', {}, everywhere, () => import('./commands/functions.ts')),
  command(
    'pause <function>',
    'let a function take no more messages; what it works on goes on',
    { function: aFunction },
    [
      option('--reason <text>', 'is shown to whoever waits'),
      option('--minutes <n>', 'go on by itself then; default: six days, the most there is', number(1, 8640)),
      ...everywhere,
    ],
    () => import('./commands/pause.ts'),
  ),
  command('resume <function>', 'let a paused function go on', { function: aFunction }, everywhere, () => import('./commands/resume.ts')),
  command(
    'dead [action] [n]',
    'messages that a function gave up on: list, show <n>, redrive <n>',
    { action: oneOf('list', 'show', 'redrive'), n: matching(/^[1-9]\d{0,14}$/, 'must be the number of a dead letter') },
    everywhere,
    () => import('./commands/dead.ts'),
  ),
  command(
    'mcp',
    'serve the Model Context Protocol on stdin and stdout, for a client that starts it',
    {},
    [option('--scopes <names>', `what the client may do; default ${Scopes.join(',')}`, someOf(...Scopes)), ...everywhere],
    () => import('./commands/mcp.ts'),
  ),
  command(
    'tools',
    "definitions of the gateway's tools, to paste into a chat backend",
    {},
    [
      option('--format <format>', `${DefinitionFormats.join(', ')}; default ${DefinitionFormats[0]}`, oneOf(...DefinitionFormats)),
      option('--deciding', 'also those that approve and reject plans, which [gateway] deciding_tools switches on'),
      json,
    ],
    () => import('./commands/tools.ts'),
  ),
  command(
    'login',
    "sign in to the browser lane's chat page by hand, in a window",
    {},
    [config, ...everywhere],
    () => import('./commands/login.ts'),
  ),
  command(
    'worker',
    'run the browser worker alone, beside a system elsewhere ("cortex up" starts one itself)',
    {},
    [config, ...everywhere],
    () => import('./commands/worker.ts'),
  ),
]

const trying = [
  command(
    'doctor',
    'look at everything Cortex needs on this machine',
    {},
    [option('--site', "count how often each selector of the browser lane's site pack is found on the live page"), config, ...everywhere],
    () => import('./commands/doctor.ts'),
  ),
  command(
    'demo',
    'see the whole loop on a sample, without an account',
    {},
    [
      option('--scenario <name>', 'success, stubborn or learning', oneOf('success', 'stubborn', 'learning')),
      option('--agents <names>', 'two, e.g. claude,codex; other names are scripted stand-ins', twoNames),
      yes,
      option('--lane <name>', 'who plans and reviews: browser (a stand-in chat page; default) or cli', oneOf('browser', 'cli')),
      option('--data <dir>', 'where it plays (an interrupted demo there goes on); default: a folder in the cache'),
      option('--sample <folder>', 'another sample than the shop; its cortex.toml names its dod'),
      option('--title <text>', "another task than the scenario's"),
      option('--description <text>', 'of that task'),
      option('--ack-wait <time>', 'how long the bus waits for a sign of life; default 5s'),
      json,
    ],
    () => import('./commands/demo.ts'),
  ),
]

export const commands: readonly CommandSpec[] = [...beginning, ...looking, ...deciding, ...operating, ...keeping, ...trying]
