import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../bus/errors.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Answer, Call, KeeperData } from './keeper-client.ts'
import { loadViews } from './load-views.ts'
import { queries } from './queries.ts'
import { type Batch, openViewStore, type ViewStore } from './store.ts'

/** The views' thread: SQLite is synchronous and must not stop the main thread's ticks. It answers one call after the other. */

const answer = (store: ViewStore, { method, argument }: Call): unknown => {
  switch (method) {
    case 'checkpoints':
      return store.checkpoints()
    case 'clear':
      return store.clear()
    case 'apply':
      return store.apply(argument as Batch)
    case 'putAside':
      return store.putAside(argument as Fact[])
    case 'takeUp':
      return store.takeUp()
    case 'isOutdated':
      return store.isOutdated()
    case 'adopt':
      return store.adopt()
    case 'close':
      return store.close()
    default:
      // Each query takes what its client's signature says.
      return queries[method](store.db, argument as never)
  }
}

const port = parentPort
if (!port) throw new Error('the views are kept in a thread of their own: start them by startViews')
const { dbPath, tasksDir, viewsFolder, foldVersion } = workerData as KeeperData
const store = openViewStore({ dbPath, tasksDir }, await loadViews(viewsFolder), foldVersion)
port.on('message', (call: Call) => {
  let reply: Answer
  try {
    reply = { id: call.id, result: answer(store, call) }
  } catch (error) {
    reply = { id: call.id, fault: messageOf(error) }
  }
  port.postMessage(reply)
  if (call.method === 'close') port.close()
})
