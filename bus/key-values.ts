/** A value as it stands: `revision` is what an update must name. */
export interface KeyValue {
  readonly value: string
  readonly revision: number
}

/**
 * Small values by key, shared by all processes on the bus: what is no fact, such as a claimed key or a chat's lock.
 * A key has `[A-Za-z0-9_=./-]`, 1 to 200 of them; make others of a hash. Who needs a shorter life than the bucket's writes it
 * into the value. Every call throws when the bus does not answer within 5 s.
 */
export interface KeyValues {
  get(key: string): Promise<KeyValue | undefined>
  /** Stores a value that must not be there yet and returns its revision; undefined when there is one. */
  create(key: string, value: string): Promise<number | undefined>
  /** Stores a value whatever is there; returns its revision. */
  put(key: string, value: string): Promise<number>
  /** Replaces that very revision and returns the new one; undefined when it is no longer the newest. */
  update(key: string, value: string, revision: number): Promise<number | undefined>
  /** Removes it, with a revision only if that is the newest one. Says whether it did. */
  delete(key: string, revision?: number): Promise<boolean>
}
