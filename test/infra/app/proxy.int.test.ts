import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import type { Blobs } from '../../../bus/blobs.ts'
import { countRefusals } from '../../../gateway/http/refusals.ts'
import { type ProxyOptions, startProxy } from '../../../infra/app/proxy.ts'
import { openTokens } from '../../../infra/app/tokens.ts'
import { ConfigFault } from '../../../infra/config/config.ts'
import { quiet } from '../../support/bus.ts'
import { memoryBlobs } from '../../support/memory-blobs.ts'
import { config } from '../../support/stubs.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const blobs: Blobs = memoryBlobs()

/** Starts the proxy on any free port over a bus that nobody speaks to. */
const start = async (
  dataDir: string,
  given: { lanes?: object; gateway?: object; proxy?: object; env?: Record<string, string>; asked?: unknown[] },
) => {
  const { lanes = { browser: {} }, gateway, proxy, env = {}, asked } = given
  const loaded = {
    config: config({ lanes, gateway: { ...gateway, proxy: { port: 0, ...proxy } } }),
    ...{ file: null, dataDir, cacheDir: dataDir, natsUrl: null },
  }
  const bus = { connection: {}, folds: { onFact: () => undefined }, known: { waiting: () => [], queued: () => [] } }
  // Health and models ask for no more of the bus than this.
  const operations = (caller: unknown) => {
    asked?.push(caller)
    return {}
  }
  const needs = { tokens: openTokens(dataDir), refusals: countRefusals(), gateway: { operations }, log: quiet }
  return startProxy({ loaded, env, blobs, ...needs, ...bus } as unknown as ProxyOptions)
}
const rejectsWith = (work: Promise<unknown>, fault: RegExp): Promise<void> =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof ConfigFault, String(error))
    assert.match(error.message, fault)
    return true
  })

test('there is a proxy where nobody has switched it off', async () => {
  await using folder = await temporaryFolder()
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
  const proxy = await start(folder.path, { lanes: {} })
  assert.ok(proxy)
  await using _proxy = proxy
  const status = (path: string) => fetch(`${proxy.url}${path}`).then((answer) => answer.status)
  assert.deepEqual([await status('/health'), await status('/tools'), await status('/v1/models')], [200, 200, 404])
  const { port } = new URL(proxy.url)
  assert.equal(await start(folder.path, { lanes: {}, proxy: { port: Number(port) } }), undefined)
})

test('who has the proxy’s token may create and read; the person at this machine may do everything', async () => {
  await using folder = await temporaryFolder()
  const asked: unknown[] = []
  const body = JSON.stringify({ tool_name: 'cortex_get_tasks', tool_input: {} })
  for (const proxy of [{}, { token_env: 'PROXY_TOKEN' }]) {
    const served = await start(folder.path, { asked, proxy, env: { PROXY_TOKEN: 'a-secret' } })
    await fetch(`${served?.url}/execute-tool`, { method: 'POST', body, headers: { authorization: 'Bearer a-secret' } })
    await served?.stop()
  }
  assert.deepEqual(asked, [
    { name: 'local', scopes: ['create', 'approve', 'operate', 'read'], isLocal: true },
    { name: 'proxy', scopes: ['create', 'read'], isLocal: false },
  ])
})

test('a token of the gateway opens this port too, for what it may; where tokens are required nobody comes in without one', async () => {
  await using folder = await temporaryFolder()
  const reader = openTokens(folder.path).create('grafana', ['read'], new Date())
  const proxy = await start(folder.path, { gateway: { tokens_required: true } })
  assert.ok(proxy)
  await using _proxy = proxy
  const as = (token?: string) => (token ? { headers: { authorization: `Bearer ${token}` } } : {})
  const status = (path: string, init: RequestInit) => fetch(`${proxy.url}${path}`, init).then((answer) => answer.status)
  assert.deepEqual(
    [await status('/v1/models', as()), await status('/tools', as()), await status('/v1/models', as('wrong'))],
    [401, 401, 401],
  )
  assert.equal(await status('/v1/models', as(reader)), 200)
  assert.equal(await status('/v1/chat/completions', { ...as(reader), method: 'POST', body: '{}' }), 403)
})

/** What reverse proxies say of those they speak for; the first three are the commonest. */
const forwarding = [
  ...['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-host', 'x-forwarded-proto', 'x-client-ip', 'true-client-ip'],
  ...['cf-connecting-ip', 'x-cluster-client-ip', 'x-original-forwarded-for', 'x-envoy-external-address', 'fastly-client-ip'],
]

test('whom a reverse proxy speaks for is not the person at this machine, with a browser lane and without', async () => {
  await using folder = await temporaryFolder()
  for (const lanes of [{ browser: {} }, {}]) {
    const proxy = await start(folder.path, { lanes })
    assert.ok(proxy)
    await using _proxy = proxy
    const body = JSON.stringify({ tool_name: 'cortex_get_tasks', tool_input: {} })
    const call = async (headers: Record<string, string>) => {
      const answer = await fetch(`${proxy.url}/execute-tool`, { method: 'POST', body, headers })
      return [answer.status, ((await answer.json()) as Record<string, unknown>)['success']]
    }
    for (const name of forwarding) {
      assert.deepEqual(await call({ [name]: '203.0.113.7' }), [401, false], name)
      assert.deepEqual(await call({ [name]: '203.0.113.7', authorization: 'Bearer any' }), [401, false], name)
    }
    assert.notEqual((await call({}))[0], 401)
    assert.notEqual((await call({ authorization: 'Bearer any' }))[0], 401)
  }
})
