import type { Catalogue } from '../define-event.ts'
import type { AnyFunction } from '../define-function.ts'
import { decode, type Stored, whyForeign } from '../envelope.ts'
import { StaleGuard } from '../errors.ts'
import { type FactHead, type Missing, missedFacts } from '../hearing.ts'
import { lookAtFunctions } from '../jetstream/consumers.ts'
import { patiently } from '../jetstream/patience.ts'
import { type Hearings, settle } from '../jetstream/provision-consumers.ts'
import { store } from '../jetstream/publish.ts'
import { readStoryMessages } from '../jetstream/read.ts'
import type { StoryModel, StoryState } from '../story-model.ts'
import type { Deliverer } from './deliverer.ts'
import { redriveCopy } from './retries.ts'

/** Stories looked at at once. */
const READERS = 16

/**
 * Gives functions that are new, or listen to more than before, what open stories still need of the time before: a copy that only
 * that function hears, once for ever. Resolves when nothing is owed any more; throws when we stop, or the bus refuses.
 */
export const giveMissed = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  functions: ReadonlyMap<string, AnyFunction>,
  hearings: Hearings,
): Promise<void> => {
  const { connection, folds, catalogue } = deliverer.parts
  const owed = [...hearings].filter(([, plan]) => plan.owed.length > 0)
  if (owed.length === 0) return
  const looks = await patiently(connection, () => lookAtFunctions(connection), deliverer.stopping)
  const heard = new Set([...looks.flatMap(({ filters }) => filters), ...[...functions.values()].flatMap(({ on = [] }) => on.map(filterOf))])
  const owing = owed.map(([name, plan]): Owing => {
    const emits = functions.get(name)?.emits ?? []
    return { name, ...plan, leadsOn: (type) => heard.has(filterOf(type)) || emits.includes(type) || catalogue[type] === undefined }
  })
  const left = (await folds.openStates(0)).map(({ id }) => id)
  const reader = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await giveOne(deliverer, id, owing)
  }
  await Promise.all(Array.from({ length: READERS }, reader))
  for (const { name } of owing) await patiently(connection, () => settle(connection, name), deliverer.stopping)
}

/** A function to which something is owed. */
interface Owing extends Omit<Missing, 'standsSince'> {
  readonly name: string
}

const filterOf = (type: string): string => `${type}.*`

const giveOne = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  id: string,
  owing: readonly Owing[],
): Promise<void> => {
  const { connection, model, catalogue, log } = deliverer.parts
  deliverer.stopping.throwIfAborted()
  const messages = await readStoryMessages(connection, id)
  const heads = messages.filter((message) => !whyForeign(message)).map(headOf)
  const standsSince = standingOf(catalogue, model, id, messages)
  for (const { name, ...missing } of owing)
    for (const { message } of missedFacts(heads, { ...missing, standsSince })) {
      const copy = redriveCopy(name, message, ceHeaders(message), 0)
      // Guarded: however many processes look, and however often, the function is given it once.
      await store(connection, [{ ...copy, guard: { filter: copy.subject, sequence: 0 } }], deliverer.stopping).then(
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
  catalogue: C,
  model: StoryModel<T>,
  id: string,
  messages: readonly Stored[],
): number => {
  let state = model.initial(id)
  let since = 0
  for (const message of messages) {
    const decoded = decode(catalogue, message)
    if (decoded.kind !== 'fact') continue
    const next = model.evolve(state, decoded.fact)
    if (next.phase !== state.phase) since = message.sequence
    state = next
  }
  return since
}

const NAMES = ['specversion', 'id', 'type', 'source', 'subject', 'time', 'causedby', 'hops', 'dataversion', 'decidedat']
const ceHeaders = (message: Stored): Record<string, string> =>
  Object.fromEntries(NAMES.map((name) => [`ce-${name}`, message.header(`ce-${name}`)]).filter(([, value]) => value))
