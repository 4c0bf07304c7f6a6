import { AsyncLocalStorage } from 'node:async_hooks'

/** One request of a platform while it is handled. Adapters swallow what goes wrong in a handler; here it is kept. */
export interface Delivery {
  /** The same for the same request, byte by byte. */
  readonly fingerprint: string
  readonly faults: unknown[]
  /** Waits for everything that the answer to the request depends on. */
  readonly tasks: Promise<unknown>[]
}

const deliveries = new AsyncLocalStorage<Delivery>()

/** Runs the handling of a request. */
export const during = <T>(delivery: Delivery, work: () => Promise<T>): Promise<T> => deliveries.run(delivery, work)

/** Runs a handler; what it throws makes the request fail, so that the platform sends it again. */
export const noting = async (work: (delivery: Delivery | undefined) => Promise<void>): Promise<void> => {
  const delivery = deliveries.getStore()
  try {
    await work(delivery)
  } catch (error) {
    delivery?.faults.push(error)
    throw error
  }
}
