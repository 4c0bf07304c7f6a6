import type { Catalogue } from '../define-event.ts'
import type { AnyFunction } from '../define-function.ts'
import { decode, factHeaders, type Stored, whyForeign } from '../envelope.ts'
import { StaleGuard } from '../errors.ts'
import { type FactHead, type Missing, missedFacts } from '../hearing.ts'
import type { Connection } from '../jetstream/connect.ts'
import { lookAtFunctions } from '../jetstream/consumers.ts'
import { patiently, wait } from '../jetstream/patience.ts'
import { type Hearings, settle } from '../jetstream/provision-consumers.ts'
import { store } from '../jetstream/publish.ts'
import { readStoryMessages } from '../jetstream/read.ts'
import type { StoryState } from '../story-model.ts'
import type { Deliverer } from './deliverer.ts'
import { redriveCopy } from './retries.ts'

/** Stories looked at at once. */
const READERS = 16
/** How often it is asked whether an older process still holds a story. */
const HELD_MS = 1000

/** What is given, and whose work is waited for. */
export interface Giving {
  readonly functions: ReadonlyMap<string, AnyFunction>
  readonly hearings: Hearings
  /** Ids of the stories that an older process works for: what it makes of them is seen first. Undefined where that is not known. */
  readonly heldByOlder: () => Promise<ReadonlySet<string> | undefined>
  /** Aborts when we stop or another process takes over. */
  readonly signal: AbortSignal
}

/**
 * Gives functions that are new, or listen to more than before, what open stories still need of the time before: a copy that only
 * that function hears, once for ever. Resolves when nothing is owed any more; throws when we stop, or the bus refuses.
 */
export const giveMissed = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  giving: Giving,
): Promise<void> => {
  const { connection, folds, log } = deliverer.parts
  const { functions, hearings, signal } = giving
  const owed = [...hearings].filter(([, plan]) => plan.owed.length > 0)
  if (owed.length === 0) return
  const heard = await heardBy(connection, signal)
  const owing = owed.map(([name, plan]): Owing => ({ name, ...plan, leadsOn: leadsOn(heard, functions.get(name)) }))
  const left = new Set((await folds.openStates(0)).map(({ id }) => id))
  for (let told = false; left.size > 0; told = true) {
    const held = await giving.heldByOlder()
    const ready = held ? [...left].filter((id) => !held.has(id)) : []
    for (const id of ready) left.delete(id)
    const reader = async (): Promise<void> => {
      for (let id = ready.pop(); id !== undefined; id = ready.pop()) await giveOne(deliverer, id, owing, signal)
    }
    await Promise.all(Array.from({ length: READERS }, reader))
    if (left.size > 0 && !told)
      log.info({ stories: left.size }, 'an older process still works for these stories; what they need is seen when it has done')
    if (left.size > 0) await wait(HELD_MS, signal)
  }
  for (const { name } of owing) await patiently(connection, () => settle(connection, name), signal)
}

/** A function to which something is owed. */
interface Owing extends Omit<Missing, 'standsSince'> {
  readonly name: string
}

/** Filters of what a function hears that is there, in whichever process; what nobody is there for leads nowhere. */
const heardBy = async (connection: Connection, signal: AbortSignal): Promise<ReadonlySet<string>> => {
  const looks = await patiently(connection, () => lookAtFunctions(connection), signal)
  return new Set(looks.filter(({ left }) => !left).flatMap(({ filters }) => filters))
}

const filterOf = (type: string): string => `${type}.*`

/** A fact that only another version knows leads on by what came of it; while nothing did, the story goes on without it. */
const leadsOn =
  (heard: ReadonlySet<string>, fn: AnyFunction | undefined): Missing['leadsOn'] =>
  (type) =>
    heard.has(filterOf(type)) || (fn?.emits.includes(type) ?? false)

/** Whether a story still needs that the function is given this fact of before it listened. */
export const isStillMissing = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  { name, fn }: { name: string; fn: AnyFunction },
  fact: Pick<FactHead, 'id' | 'type'> & { readonly subject: string },
): Promise<boolean> => {
  const { parts, hearings, stopping } = deliverer
  const heard = await heardBy(parts.connection, stopping)
  const missing = { hears: hearings().get(name)?.hears ?? {}, owed: [fact.type], leadsOn: leadsOn(heard, fn) }
  const { missed } = await lookAtStory(deliverer, fact.subject)
  return missed(missing).some(({ id }) => id === fact.id)
}

/** What of a story a function would have to be given. */
const lookAtStory = async <C extends Catalogue, T extends StoryState, S>({ parts }: Deliverer<C, T, S>, id: string) => {
  const messages = await readStoryMessages(parts.connection, parts.model, id)
  const heads = messages.filter((message) => !whyForeign(message)).map(headOf)
  const standsSince = standingOf(parts, id, messages)
  return { missed: (missing: Omit<Missing, 'standsSince'>) => missedFacts(heads, { ...missing, standsSince }) }
}

const giveOne = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  id: string,
  owing: readonly Owing[],
  signal: AbortSignal,
): Promise<void> => {
  const { connection, log } = deliverer.parts
  signal.throwIfAborted()
  const { missed } = await lookAtStory(deliverer, id)
  for (const { name, ...missing } of owing)
    for (const { message } of missed(missing)) {
      const copy = redriveCopy(name, message, factHeaders(message), 0)
      // Guarded: however many processes look, and however often, the function is given it once.
      await store(connection, [{ ...copy, guard: { filter: copy.subject, sequence: 0 } }], signal).then(
        () => log.info({ fn: name, story: id, subject: message.subject }, 'a function is given what came before it listened'),
        (error) => {
          if (!(error instanceof StaleGuard)) throw error
        },
      )
    }
}

const headOf = (message: Stored): FactHead & { message: Stored } => ({
  id: message.header('ce-id'),
  type: message.header('ce-type'),
  causedBy: message.header('ce-causedby'),
  sequence: message.sequence,
  message,
})

/** Sequence of the fact since which the story is in its present phase. */
const standingOf = <C extends Catalogue, T extends StoryState>(
  { catalogue, model, connection }: Deliverer<C, T, unknown>['parts'],
  id: string,
  messages: readonly Stored[],
): number => {
  let state = model.initial(id)
  let since = 0
  for (const message of messages) {
    const decoded = decode(catalogue, message, connection.seal)
    if (decoded.kind !== 'fact') continue
    const next = model.evolve(state, decoded.fact)
    if (next.phase !== state.phase) since = message.sequence
    state = next
  }
  return since
}
