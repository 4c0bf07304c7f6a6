import { AsyncLocalStorage } from 'node:async_hooks'

/** One request of a platform while it is handled. Adapters swallow what goes wrong in a handler; here it is kept. */
export interface PlatformRequest {
  /** The same for the same request, byte by byte. */
  readonly fingerprint: string
  readonly faults: unknown[]
  /** Waits for everything that the answer to the request depends on. */
  readonly tasks: Promise<unknown>[]
}

const requests = new AsyncLocalStorage<PlatformRequest>()

/** Runs the handling of a request. */
export const during = <T>(request: PlatformRequest, work: () => Promise<T>): Promise<T> => requests.run(request, work)

/** Runs a handler; what it throws makes the request fail, so that the platform sends it again. */
export const noting = async (work: (request: PlatformRequest | undefined) => Promise<void>): Promise<void> => {
  const request = requests.getStore()
  try {
    await work(request)
  } catch (error) {
    request?.faults.push(error)
    throw error
  }
}
