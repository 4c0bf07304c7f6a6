import { Categories } from '../domain/catalogue/shared.ts'
import { Statuses } from '../domain/phases.ts'
import type { CommandSpec, OptionSpec, WordSpec } from './command.ts'
import { hash, number, oneOf, someScopes, twoNames } from './option-checks.ts'

/** Every command: its words and options, and where its work is. Loading this loads no command. */

const isName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/
const ID: WordSpec = {
  name: 'id',
  required: true,
  check: (text) => (isName.test(text) ? undefined : `"${text}" is no task id`),
}
const FUNCTION: WordSpec = {
  ...ID,
  name: 'function',
  check: (text) => (isName.test(text) ? undefined : `"${text}" is no name of a function`),
}
const DATA: OptionSpec = { name: 'data', value: 'dir', summary: 'the data folder; default: .cortex here or in a folder above' }
const JSON_OUTPUT: OptionSpec = { name: 'json', summary: 'one JSON object on stdout and nothing else' }
const everywhere = [DATA, JSON_OUTPUT]
const FOLLOW: OptionSpec = { name: 'follow', summary: 'go on until the task ends' }
const CONFIG: OptionSpec = { name: 'config', value: 'file', summary: 'the configuration; default: cortex.toml here' }

const categories: readonly string[] = Categories

export const commands: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'write a cortex.toml for the repository in this folder',
    words: [],
    options: [JSON_OUTPUT],
    load: () => import('./init.ts'),
  },
  {
    name: 'up',
    summary: 'run the whole system in the foreground',
    words: [],
    options: [
      CONFIG,
      { name: 'port', value: 'port', summary: 'of the gateway: page, API, chat, MCP; default 8900', check: number('port', 0, 65_535) },
      { name: 'bus-port', value: 'port', summary: 'of the embedded bus; default 4222', check: number('bus-port', 0, 65_535) },
      ...everywhere,
    ],
    load: () => import('./up.ts'),
  },
  {
    name: 'run',
    summary: 'create a task; starts the system itself when none is up',
    words: [{ name: 'title', required: true, check: (text) => (text.trim() === '' ? 'the title is empty' : undefined) }],
    options: [
      { name: 'project', value: 'name', summary: 'as in cortex.toml; default: the only one there' },
      { name: 'description', value: 'text', summary: 'everything the title does not say' },
      { name: 'category', value: 'name', summary: categories.join(', '), check: oneOf('category', categories) },
      { name: 'priority', value: 'n', summary: '1 critical, 3 high, 5 medium, 7 low', check: oneOf('priority', ['1', '3', '5', '7']) },
      {
        name: 'workflow',
        value: 'name',
        summary: 'change or answer; default: change in a project',
        check: oneOf('workflow', ['change', 'answer']),
      },
      { name: 'yes', summary: 'approve the plan without asking' },
      FOLLOW,
      CONFIG,
      ...everywhere,
    ],
    load: () => import('./run.ts'),
  },
  {
    name: 'list',
    summary: 'tasks, newest first',
    words: [],
    options: [
      {
        name: 'status',
        value: 'status',
        summary: 'queued, in_progress, completed or failed',
        check: oneOf('status', Statuses),
      },
      { name: 'project', value: 'name', summary: 'of one project' },
      { name: 'category', value: 'name', summary: 'of one category, such as security' },
      { name: 'search', value: 'text', summary: 'in title, id and reason' },
      { name: 'limit', value: 'n', summary: 'at most so many; default 50', check: number('limit', 1, 200) },
      ...everywhere,
    ],
    load: () => import('./list.ts'),
  },
  {
    name: 'status',
    summary: 'where a task or a job of the proxy is and why it waits; without an id: the system and its lanes',
    words: [{ ...ID, required: false }],
    options: everywhere,
    load: () => import('./status.ts'),
  },
  { name: 'story', summary: 'every event of a task', words: [ID], options: [FOLLOW, ...everywhere], load: () => import('./story.ts') },
  { name: 'plan', summary: 'the plan and its hash', words: [ID], options: everywhere, load: () => import('./plan.ts') },
  { name: 'diff', summary: 'the change as it stands', words: [ID], options: everywhere, load: () => import('./diff.ts') },
  {
    name: 'logs',
    summary: 'logs of agents and checks: the list, and the last one or the one named',
    words: [ID],
    options: [{ name: 'log', value: 'n', summary: 'which one', check: number('log', 1, 100_000) }, ...everywhere],
    load: () => import('./logs.ts'),
  },
  {
    name: 'approve',
    summary: 'approve the plan that waits, or the one with this hash',
    words: [ID],
    options: [{ name: 'hash', value: 'hash', summary: 'of the plan you mean', check: hash }, ...everywhere],
    load: () => import('./approve.ts'),
  },
  {
    name: 'reject',
    summary: 'reject the plan; the task ends',
    words: [ID],
    options: [
      { name: 'reason', value: 'text', summary: 'why', required: '--reason is missing: say why' },
      { name: 'hash', value: 'hash', summary: 'of the plan you mean', check: hash },
      ...everywhere,
    ],
    load: () => import('./reject.ts'),
  },
  {
    name: 'question',
    summary: 'ask for changes in the plan',
    words: [ID],
    options: [
      { name: 'wish', value: 'text', summary: 'what should change', required: '--wish is missing: say what should change' },
      { name: 'hash', value: 'hash', summary: 'of the plan you mean', check: hash },
      ...everywhere,
    ],
    load: () => import('./question.ts'),
  },
  {
    name: 'cancel',
    summary: 'end a task; what runs for it is stopped',
    words: [ID],
    options: [{ name: 'reason', value: 'text', summary: 'why' }, ...everywhere],
    load: () => import('./cancel.ts'),
  },
  {
    name: 'retry',
    summary: 'open an ended task again',
    words: [ID],
    options: [{ name: 'guidance', value: 'text', summary: 'what to do otherwise this time' }, ...everywhere],
    load: () => import('./retry.ts'),
  },
  {
    name: 'prioritise',
    summary: 'change the priority of a task: 1, 3, 5 or 7',
    words: [
      ID,
      {
        name: 'priority',
        required: true,
        check: (text) => (['1', '3', '5', '7'].includes(text) ? undefined : `priority is "${text}", but must be 1, 3, 5 or 7`),
      },
    ],
    options: everywhere,
    load: () => import('./prioritise.ts'),
  },
  {
    name: 'token',
    summary: "tokens for the gateway's HTTP interface: list, create <name>, revoke <name>",
    words: [
      {
        name: 'action',
        required: false,
        check: (text) => (['list', 'create', 'revoke'].includes(text) ? undefined : `"${text}" is not list, create or revoke`),
      },
      {
        name: 'name',
        required: false,
        check: (text) =>
          /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/.test(text) ? undefined : `"${text}" is no name: letters, digits, "_", ".", "@" and "-"`,
      },
    ],
    options: [
      { name: 'scopes', value: 'names', summary: 'of create, approve, operate, read; default create,read', check: someScopes },
      ...everywhere,
    ],
    load: () => import('./token.ts'),
  },
  {
    name: 'functions',
    summary: 'what waits for each function, since when, and why',
    words: [],
    options: everywhere,
    load: () => import('./functions.ts'),
  },
  {
    name: 'pause',
    summary: 'let a function take no more messages; what it works on goes on',
    words: [FUNCTION],
    options: [
      { name: 'reason', value: 'text', summary: 'is shown to whoever waits' },
      {
        name: 'minutes',
        value: 'n',
        summary: 'go on by itself then; default: six days, the most there is',
        check: number('minutes', 1, 8640),
      },
      ...everywhere,
    ],
    load: () => import('./pause.ts'),
  },
  { name: 'resume', summary: 'let a paused function go on', words: [FUNCTION], options: everywhere, load: () => import('./resume.ts') },
  {
    name: 'dead',
    summary: 'messages that a function gave up on: list, show <n>, redrive <n>',
    words: [
      {
        name: 'action',
        required: false,
        check: (text) => (['list', 'show', 'redrive'].includes(text) ? undefined : `"${text}" is not list, show or redrive`),
      },
      {
        name: 'n',
        required: false,
        check: (text) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : `"${text}" is no number of a dead letter`),
      },
    ],
    options: everywhere,
    load: () => import('./dead.ts'),
  },
  {
    name: 'mcp',
    summary: 'serve the Model Context Protocol on stdin and stdout, for a client that starts it',
    words: [],
    options: [
      { name: 'scopes', value: 'names', summary: 'what the client may do; default create,approve,operate,read', check: someScopes },
      ...everywhere,
    ],
    load: () => import('./mcp.ts'),
  },
  {
    name: 'tools',
    summary: "definitions of the gateway's tools, to paste into a chat backend",
    words: [],
    options: [
      {
        name: 'format',
        value: 'format',
        summary: 'anthropic (default), openai or openai-responses',
        check: oneOf('format', ['anthropic', 'openai', 'openai-responses']),
      },
      JSON_OUTPUT,
    ],
    load: () => import('./tools.ts'),
  },
  {
    name: 'login',
    summary: "sign in to the browser lane's chat page by hand, in a window",
    words: [],
    options: [CONFIG, ...everywhere],
    load: () => import('./login.ts'),
  },
  {
    name: 'worker',
    summary: 'run the browser worker alone, beside a system elsewhere ("cortex up" starts one itself)',
    words: [],
    options: [CONFIG, ...everywhere],
    load: () => import('./worker.ts'),
  },
  {
    name: 'doctor',
    summary: 'look at everything Cortex needs on this machine',
    words: [],
    options: [
      { name: 'site', summary: "count how often each selector of the browser lane's site pack is found on the live page" },
      CONFIG,
      ...everywhere,
    ],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'demo',
    summary: 'see the whole loop on a sample, without an account',
    words: [],
    options: [
      { name: 'scenario', value: 'name', summary: 'success or stubborn', check: oneOf('scenario', ['success', 'stubborn']) },
      { name: 'agents', value: 'names', summary: 'two, e.g. claude,codex; other names are scripted stand-ins', check: twoNames },
      { name: 'yes', summary: 'approve the plan without asking' },
      {
        name: 'lane',
        value: 'name',
        summary: 'who plans and reviews: browser (a stand-in chat page; default) or cli',
        check: oneOf('lane', ['browser', 'cli']),
      },
      { name: 'data', value: 'dir', summary: 'where it plays (an interrupted demo there goes on); default: a folder in the cache' },
      { name: 'sample', value: 'folder', summary: 'another sample than the shop; its cortex.toml names its dod' },
      { name: 'title', value: 'text', summary: "another task than the scenario's" },
      { name: 'description', value: 'text', summary: 'of that task' },
      { name: 'ack-wait', value: 'time', summary: 'how long the bus waits for a sign of life; default 5s' },
      JSON_OUTPUT,
    ],
    load: () => import('./demo.ts'),
  },
]
