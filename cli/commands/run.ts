import { randomBytes } from 'node:crypto'
import { relative, sep } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { priorityOf } from '../../domain/choices.ts'
import type { CommandAnswer } from '../../gateway/answers.ts'
import { loadConfig } from '../../infra/app/configuration.ts'
import { productWorks } from '../../infra/app/product-functions.ts'
import type { LoadedConfig } from '../../infra/config/config.ts'
import type { Given, RunCommand } from '../command.ts'
import { type Cortex, findAddress, openCortex, type Place } from '../connect.ts'
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
    for (;;) {
      try {
        return await onSomeSystem({ given, terminal, signal, loaded, task })
      } catch (error) {
        if (signal.aborted) throw error
        if (error instanceof SystemLeft) await untilAnother(error, given, task, terminal, signal)
        // One was started at this very moment.
        else if (error instanceof Error && error.name === 'DataInUse') await setTimeout(RETRY_MS, undefined, { signal })
        else throw error
      }
    }
  })
}
export default run

/** Whoever stopped a system that was to stay starts it again, and a follower is in nobody's way; the end of another command's own is ours to go on from. */
const untilAnother = async (
  { stays }: SystemLeft,
  given: Given,
  { id }: NewTask,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> => {
  if (!stays) return terminal.warn('the command whose Cortex this was has ended; this one goes on with its own')
  terminal.warn(`the Cortex that ran here has stopped; ${id} is stored, and goes on when "cortex up" is there again`)
  for (const end = Date.now() + AWAY_MS; 'why' in findAddress(placeOf(given)); await setTimeout(RETRY_MS, undefined, { signal }))
    if (Date.now() > end)
      throw new CommandFault(Exit.noBus, [
        `no Cortex was started here for ${AWAY_MS / 1000} s: ${id} is stored, and goes on with "cortex up"`,
      ])
}

const placeOf = (given: Given): Place => ({ data: given.value('data') ?? undefined, cwd: process.cwd(), channel: 'cli' })

interface Order {
  given: Given
  terminal: Terminal
  signal: AbortSignal
  loaded: LoadedConfig
  task: NewTask
}

/** On the system that runs, else on one of our own. The same creation again is the same task, so this may be done anew. */
const onSomeSystem = async ({ given, terminal, signal, loaded, task }: Order): Promise<number> => {
  const place = placeOf(given)
  const found = findAddress(place)
  if ('address' in found) {
    const { stays } = found
    const left = (): SystemLeft | undefined => ('why' in findAddress(place) ? new SystemLeft(stays) : undefined)
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
    ...(priority ? { priority: priorityOf(priority) } : {}),
    ...(given.isSet('mend-base') ? { mendBase: true } : {}),
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

/** How long a follower waits for a system that stopped to be started again. */
const AWAY_MS = 60_000

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
  { own, left }: { own: boolean; left?: () => SystemLeft | undefined },
): Promise<number> => {
  const created = await create(cortex, task, terminal, signal)
  terminal.say(created.id)
  const options = { yes: given.isSet('yes'), mendsBase: given.isSet('mend-base'), follow: given.isSet('follow'), stay: own, left }
  if (created.outcome === 'pending') {
    terminal.result(created, terminal.typed(outcomeText(created, '')))
    return Exit.done
  }
  if (!options.follow && !options.yes && !own && !terminal.interactive) {
    terminal.result(created, terminal.typed(`next: cortex status ${created.id}`))
    return Exit.done
  }
  try {
    const status = await driveTask(cortex, created.id, terminal, options, signal)
    terminal.result({ ...created, status }, lastWords(status, terminal))
    return exitOf(status)
  } catch (error) {
    if (!signal.aborted) throw error
    terminal.warn(`interrupted; ${created.id} is stored${own ? ' and goes on with "cortex up"' : ' and goes on'}`)
    if (terminal.json) terminal.result({ ...created, interrupted: true }, '')
    return Exit.interrupted
  }
}
