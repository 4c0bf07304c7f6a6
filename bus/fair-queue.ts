/** Waiting things of several owners: the owners take turns, and each one's own keep their order. */
export interface FairQueue<T> {
  add(owner: string, thing: T): void
  /** The next one, in its owner's turn; undefined when nothing waits. */
  next(): T | undefined
  /** Everything that waits, of all owners; nothing does afterwards. */
  clear(): T[]
}

export const fairQueue = <T>(): FairQueue<T> => {
  const queues = new Map<string, T[]>()
  return {
    add: (owner, thing) => {
      const queue = queues.get(owner)
      if (queue) queue.push(thing)
      else queues.set(owner, [thing])
    },
    next: () => {
      const [first] = queues
      if (!first) return undefined
      const [owner, queue] = first
      const thing = queue.shift()
      queues.delete(owner)
      // Behind all others: a map keeps the order in which its keys came.
      if (queue.length > 0) queues.set(owner, queue)
      return thing
    },
    clear: () => {
      const things = [...queues.values()].flat()
      queues.clear()
      return things
    },
  }
}
