import hooks, { type HookCallbacks } from 'node:async_hooks'

/**
 * Loaded before `node:test` (`--import`), it has the runner know whose an error is by the context in which it was thrown. By itself the
 * runner follows every promise of the process until it is collected, which takes a tenth to a third of a file's time on the processor.
 */

const { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } = hooks
const current = new AsyncLocalStorage<number>()
let note: HookCallbacks['init']

/** What the runner makes its tests of: it hears of each one, and finds its number wherever that test has led. */
class NotedResource extends AsyncResource {
  constructor(type: string, options?: ConstructorParameters<typeof AsyncResource>[1]) {
    super(type, options)
    note?.(this.asyncId(), type, 0, this)
  }
  override runInAsyncScope<This, Result>(work: (this: This, ...given: unknown[]) => Result, that?: This, ...given: unknown[]): Result {
    return super.runInAsyncScope(() => current.run(this.asyncId(), () => Reflect.apply(work, that, given)))
  }
}

/** The runner's hook is never set; it is the last that the runner takes from here, so that all others have what is Node's. */
function hookOfRunner(callbacks: HookCallbacks): ReturnType<typeof createHook> {
  if (!new Error().stack?.includes('node:internal/test_runner')) return createHook(callbacks)
  note = callbacks.init
  Object.assign(hooks, { AsyncResource, createHook, executionAsyncId })
  const none = createHook({})
  return Object.assign(none, { enable: () => none }) // one without callbacks would have promises followed, too
}

Object.assign(hooks, {
  AsyncResource: NotedResource,
  createHook: hookOfRunner,
  executionAsyncId: () => current.getStore() ?? executionAsyncId(),
})
