import type { Session } from '../../browser-worker/session.ts'
import type { Tab } from '../../browser-worker/turn/types.ts'

/** A tab without a browser: what was done to its session is in `done`. */
export interface FakeTab extends Tab {
  readonly done: string[]
  /** The tab is gone, until it is recovered. */
  lose(): void
}

export const fakeTab = (): FakeTab => {
  const done: string[] = []
  let alive = true
  const session: Partial<Session> = {
    isAlive: () => alive,
    recover: async (step = 'new-page') => {
      done.push(`recover ${step}`)
      alive = true
      return step
    },
    close: async () => {
      done.push('close')
      alive = false
    },
  }
  const lose = (): void => {
    alive = false
  }
  // Who looks at the page itself needs a browser, and fails here.
  return { session: session as Session, pack: {} as Tab['pack'], home: 'https://chat.test/', done, lose }
}
