import { z } from 'zod'
import { defineEvent } from '../../bus/define-event.ts'
import { type AnyFunction, functionsOf } from '../../bus/define-function.ts'
import type { FactOf } from '../../bus/envelope.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { startRuntime } from '../../bus/runtime/runtime.ts'
import type { StoryModel, StoryState } from '../../bus/story-model.ts'
import { noBlobs, quiet } from './bus.ts'

/**
 * A process of one of two versions of a system in which a story's phase is its last fact, and every step looks at the phase and
 * guards its answer by it. Run as `mixed-process.ts <url> <older|newer>`; says "ready" when it has started.
 */
const data = z.object({ n: z.int() })
const olderTypes = ['work.created', 'work.written', 'work.reviewed', 'work.done'] as const
const newerTypes = ['work.created', 'work.written', 'work.scanned', 'work.reviewed', 'work.done'] as const
export const mixedVersions = {
  older: { version: '1.0.0', types: olderTypes },
  newer: { version: '1.1.0', types: newerTypes },
} as const
export type MixedVersion = keyof typeof mixedVersions

const stepEvent = defineEvent({ summary: 'A step; n is how long the next one takes, in milliseconds.', data })
export type StepCatalogue = Readonly<Record<string, typeof stepEvent>>
export const catalogueFrom = (types: readonly string[]): StepCatalogue => Object.fromEntries(types.map((type) => [type, stepEvent]))

interface Work extends StoryState {
  readonly phase: string
}

const model: StoryModel<Work> = {
  begins: 'work.created',
  ends: ['work.done'],
  reopens: [],
  initial: (id) => ({ id, sequence: 0, phase: 'none', runSince: 0 }),
  evolve: (state, { type, sequence }: FactOf<StepCatalogue>) => ({
    ...state,
    sequence,
    phase: type,
    ...(type === 'work.done' ? { end: {} } : {}),
  }),
}

/** A function a step, named by what it makes: `to-reviewed` hears `work.written` in the older version and `work.scanned` in the newer. */
const stepsOf = (types: readonly string[]): Map<string, AnyFunction> =>
  new Map(
    types.slice(1).map((to, index) => {
      const from = types[index] ?? ''
      const step = functionsOf<StepCatalogue, Work, undefined>()({
        on: [from],
        emits: [to],
        guard: true,
        timeout: '10s',
        retry: { attempts: 3, backoff: ['10ms'] },
        handler: async ({ event, state, say }) => {
          if ((await state()).phase !== from) return []
          await new Promise((resolve) => setTimeout(resolve, event.data.n))
          return [say(to, { n: event.data.n })]
        },
      })
      return [to.replace('work.', 'to-'), step]
    }),
  )

if (import.meta.main) {
  const [url = '', name = ''] = process.argv.slice(2)
  const { version, types } = mixedVersions[name as MixedVersion]
  const connection = await connectBus({ url, name, log: quiet })
  const runtime = await startRuntime({
    ...{ catalogue: catalogueFrom(types), model, connection, version },
    functions: stepsOf(types),
    ...{ blobs: noBlobs, services: undefined, log: quiet, ackWaitMs: 1000, graceMs: 300 },
  })
  process.once('SIGTERM', () => void runtime.stop().then(() => connection.close()))
  process.stdout.write('ready\n')
}
