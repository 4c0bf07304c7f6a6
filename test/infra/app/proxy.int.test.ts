import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import type { Blobs } from '../../../bus/blobs.ts'
import { type ProxyOptions, startProxy } from '../../../infra/app/proxy.ts'
import { ConfigFault } from '../../../infra/config/config.ts'
import { quiet } from '../../support/bus.ts'
import { memoryBlobs } from '../../support/memory-blobs.ts'
import { config } from '../../support/stubs.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const blobs: Blobs = memoryBlobs()

/** Starts the proxy on any free port over a bus that nobody speaks to. */
const start = async (dataDir: string, given: { lanes?: object; proxy?: object; env?: Record<string, string>; scopes?: unknown[] }) => {
  const { lanes = { browser: {} }, proxy, env = {}, scopes } = given
  const loaded = {
    config: config({ lanes, gateway: { proxy: { port: 0, ...proxy } } }),
    ...{ file: null, dataDir, cacheDir: dataDir, natsUrl: null },
  }
  const bus = { connection: {}, folds: { onFact: () => undefined }, known: { waiting: () => [], queued: () => [] } }
  // Health and models ask for no more of the bus than this.
  const operations = (caller: { scopes?: unknown }) => {
    scopes?.push(caller.scopes)
    return {}
  }
  return startProxy({ loaded, env, blobs, log: quiet, ...bus, ...(scopes ? { operations } : {}) } as unknown as ProxyOptions)
}
const rejectsWith = (work: Promise<unknown>, fault: RegExp): Promise<void> =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof ConfigFault, String(error))
    assert.match(error.message, fault)
    return true
  })

test('there is a proxy only where there is a browser lane, and nobody has switched it off', async () => {
  await using folder = await temporaryFolder()
  assert.equal(await start(folder.path, { lanes: {} }), undefined)
  assert.equal(await start(folder.path, { proxy: { enabled: false } }), undefined)
  const proxy = await start(folder.path, {})
  assert.match(proxy?.url ?? '', /^http:\/\/127\.0\.0\.1:\d+$/)
  await proxy?.stop()
})

test('with a token nobody is answered without it', async () => {
  await using folder = await temporaryFolder()
  const proxy = await start(folder.path, { proxy: { token_env: 'PROXY_TOKEN' }, env: { PROXY_TOKEN: 'a-secret' } })
  assert.ok(proxy)
  await using _proxy = proxy
  const models = (headers: Record<string, string>) => fetch(`${proxy.url}/v1/models`, { headers }).then(({ status }) => status)
  assert.deepEqual([await models({}), await models({ authorization: 'Bearer a-secret' })], [401, 200])
})

test('a token that is named must be set', async () => {
  await using folder = await temporaryFolder()
  await rejectsWith(start(folder.path, { proxy: { token_env: 'PROXY_TOKEN' } }), /token_env names PROXY_TOKEN, which is not set/)
})

test('a port that is taken is told with what to change', async () => {
  await using folder = await temporaryFolder()
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await rejectsWith(start(folder.path, { proxy: { port } }), new RegExp(`port ${port} is taken by another program`))
  other.close()
  await once(other, 'close')
})

test('without a browser lane the tools alone are there; their port being taken is no fault, for nobody asked for it', async () => {
  await using folder = await temporaryFolder()
  const proxy = await start(folder.path, { lanes: {}, scopes: [] })
  assert.ok(proxy)
  await using _proxy = proxy
  const status = (path: string) => fetch(`${proxy.url}${path}`).then((answer) => answer.status)
  assert.deepEqual([await status('/health'), await status('/tools'), await status('/v1/models')], [200, 200, 404])
  const { port } = new URL(proxy.url)
  assert.equal(await start(folder.path, { lanes: {}, scopes: [], proxy: { port: Number(port) } }), undefined)
})

test('who has the proxy’s token may create and read; the person at this machine may do everything', async () => {
  await using folder = await temporaryFolder()
  const scopes: unknown[] = []
  const local = await start(folder.path, { scopes })
  await local?.stop()
  const guarded = await start(folder.path, { scopes, proxy: { token_env: 'PROXY_TOKEN' }, env: { PROXY_TOKEN: 'a-secret' } })
  await guarded?.stop()
  assert.deepEqual(scopes, [undefined, ['create', 'read']])
})
