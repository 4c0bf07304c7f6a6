import { EventEmitter } from 'node:events'
import type { State } from './state.ts'

/** The state with its one way to change it: saved, then told to whoever shows it. */
export interface World {
  readonly state: State
  change(apply: (state: State) => Partial<State>): void
  /** Calls `listener` after each change; returns the way to stop it. */
  onChange(listener: () => void): () => void
}

export const createWorld = (state: State, save: (state: State) => void): World => {
  const changes = new EventEmitter().setMaxListeners(0)
  return {
    state,
    change: (apply) => {
      Object.assign(state, apply(state))
      save(state)
      changes.emit('change')
    },
    onChange: (listener) => {
      changes.on('change', listener)
      return () => changes.off('change', listener)
    },
  }
}
