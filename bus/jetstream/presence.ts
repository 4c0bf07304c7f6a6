import { askService } from './ask.ts'
import type { Connection } from './connect.ts'

/** How long an answer is waited for; who is subscribed and silent is there all the same. */
const ANSWER_MS = 2000

/** Who attends to what, told among the processes of one bus. The sign is a subscription, which goes when its process or its line does. */
export interface Presence {
  /** This process attends to it, until the returned function is called. */
  attend(id: string): () => void
  /** Whether any process attends to it; also true where the bus cannot say. */
  isAttended(id: string): Promise<boolean>
}

/** Only the system's own credentials may speak under this subject on the embedded bus. */
const subjectOf = (id: string): string => `cortex-runtime.attended.${id}`

/** Presence on a bus; ids are tokens of a subject. */
export const presenceOn = (connection: Connection): Presence => ({
  attend: (id) => {
    const { nc } = connection
    const subscription = nc.subscribe(subjectOf(id), {
      callback: (error, message) => {
        // Who may not listen is not seen by others, and attends all the same.
        if (!error) message.respond('{}')
      },
    })
    return () => {
      if (!nc.isClosed()) subscription.unsubscribe()
    }
  },
  isAttended: async (id) => (await askService(connection, subjectOf(id), {}, { timeoutMs: ANSWER_MS })).kind !== 'nobody',
})
