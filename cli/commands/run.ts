import { randomBytes } from 'node:crypto'
import { relative, sep } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { CommandAnswer } from '../../gateway/answers.ts'
import { productWorks } from '../../infra/app/product-functions.ts'
import { type LoadedConfig, loadConfig } from '../../infra/config/config.ts'
import type { Given, RunCommand } from '../command.ts'
import { type Cortex, findAddress, openCortex } from '../connect.ts'
import { driveTask } from '../drive.ts'
import { CommandFault, Exit } from '../fault.ts'
import { SystemLeft } from '../follow.ts'
import { exitOf, lastWords } from '../outcome.ts'
import { interruptible, outcomeText } from '../session.ts'
import type { Terminal } from '../terminal.ts'

/** Creates a task, on the system that runs or on one of its own that ends with the command. */
const run: RunCommand = async (given, terminal) => {
  const loaded = loadConfig({ path: given.value('config'), overrides: { data: given.value('data') }, works: await productWorks() })
  const task = taskFrom(given, loaded)
  return interruptible(async (signal) => {
    for (let told = false; ; told = true) {
      try {
        return await onSomeSystem({ given, terminal, signal, loaded, task })
      } catch (error) {
        // Another command's own system ended with that command, or one was started at this very moment.
        if (signal.aborted || !(error instanceof SystemLeft || (error instanceof Error && error.name === 'StoreInUse'))) throw error
        if (!told) terminal.warn('the Cortex that ran here has stopped; this command goes on with another one')
        await setTimeout(RETRY_MS, undefined, { signal })
      }
    }
  })
}
export default run

interface Order {
  given: Given
  terminal: Terminal
  signal: AbortSignal
  loaded: LoadedConfig
  task: NewTask
}

/** On the system that runs, else on one of our own. The same creation again is the same task, so this may be done anew. */
const onSomeSystem = async ({ given, terminal, signal, loaded, task }: Order): Promise<number> => {
  const place = { data: given.value('data') ?? undefined, cwd: process.cwd(), channel: 'cli' } as const
  const found = findAddress(place)
  if ('address' in found) {
    const left = (): boolean => 'why' in findAddress(place)
    await using cortex = await openCortex(found.address, 'cli')
    return await accompany(cortex, task, given, terminal, signal, { own: false, left })
  }
  const { startOwnSystem } = await import('../own-system.ts')
  await using system = await startOwnSystem(loaded, terminal)
  return await accompany(system.cortex, task, given, terminal, signal, { own: true })
}

type NewTask = Readonly<Record<string, unknown>> & { id: string }

/** The id is ours, so that the same request sent again is the same task. */
const taskFrom = (given: Given, loaded: LoadedConfig): NewTask => {
  const priority = given.value('priority')
  const workflow = given.value('workflow')
  return {
    id: `task-${randomBytes(5).toString('hex')}`,
    title: given.words[0],
    description: given.value('description'),
    category: given.value('category') ?? (workflow === 'answer' ? undefined : 'development'),
    workflow,
    project: given.value('project') ?? (workflow === 'answer' ? undefined : projectHere(loaded, process.cwd())),
    ...(priority ? { priority: Number(priority) } : {}),
  }
}

/** The project whose folder we are in, or the only one there is; none when there are no projects. Throws `CommandFault` when it is not clear. */
export const projectHere = ({ config }: Pick<LoadedConfig, 'config'>, cwd: string): string | undefined => {
  const names = Object.keys(config.projects)
  const inside = names.filter((name) => {
    const path = config.projects[name]?.path
    const way = path === undefined ? '..' : relative(path, cwd)
    return way === '' || (way !== '..' && !way.startsWith(`..${sep}`))
  })
  const candidates = inside.length > 0 ? inside : names
  if (candidates.length > 1)
    throw new CommandFault(Exit.usage, [
      `--project is missing: there are ${candidates.join(', ')}; a question without a repository is --workflow answer`,
    ])
  return candidates[0]
}

/** Until a store that is being left or taken is looked at again. */
const RETRY_MS = 300

/** How often a creation is sent that the door has not decided on; the system waits 5 s each time. */
const MOST_TRIES = 12

/** The same request again is the same task, so that a busy door is simply asked once more. */
const create = async (cortex: Cortex, task: NewTask, terminal: Terminal, signal: AbortSignal): Promise<CommandAnswer> => {
  let answer = await cortex.ask('create', task)
  for (let tries = 1; answer.outcome === 'pending' && tries < MOST_TRIES && !signal.aborted; tries++) {
    if (tries === 1) terminal.warn(`${task.id} is stored; waiting for the door to decide`)
    answer = await cortex.ask('create', task)
  }
  return answer
}

const accompany = async (
  cortex: Cortex,
  task: NewTask,
  given: Given,
  terminal: Terminal,
  signal: AbortSignal,
  { own, left }: { own: boolean; left?: () => boolean },
): Promise<number> => {
  const created = await create(cortex, task, terminal, signal)
  terminal.say(created.id)
  const options = { yes: given.isSet('yes'), follow: given.isSet('follow'), stay: own, left }
  if (created.outcome === 'pending') {
    terminal.result(created, outcomeText(created, ''))
    return Exit.done
  }
  if (!options.follow && !options.yes && !own && !terminal.interactive) {
    terminal.result(created, `next: cortex status ${created.id}`)
    return Exit.done
  }
  try {
    const status = await driveTask(cortex, created.id, terminal, options, signal)
    terminal.result({ ...created, status }, lastWords(status))
    return exitOf(status)
  } catch (error) {
    if (!signal.aborted) throw error
    terminal.warn(`interrupted; ${created.id} is stored${own ? ' and goes on with "cortex up"' : ' and goes on'}`)
    if (terminal.json) terminal.result({ ...created, interrupted: true }, '')
    return Exit.interrupted
  }
}
