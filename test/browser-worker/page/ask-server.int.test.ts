import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askServer } from '../../../browser-worker/page/in-page/ask-server.ts'
import { httpServer } from '../../support/http-server.ts'

const waitMs = 10_000

test('where a server sends who asks is followed only when that is wanted, and it tells the two apart', async () => {
  await using server = await httpServer(({ url }, response) => {
    if (url === '/') response.writeHead(302, { location: '/login' })
    response.end('<title>Log in</title>')
  })
  const url = `${server.url}/`
  // Chromium tells 0 of a redirect that is not followed, Node its own status.
  assert.equal((await askServer({ url, follows: false, waitMs }))?.status, 302)
  assert.deepEqual(
    server.requests.map((request) => request.url),
    ['/'],
  )
  assert.deepEqual(await askServer({ url, follows: true, waitMs }), { status: 200, url: `${url}login`, title: 'Log in', names: [] })
})

test('who is sent on to where nobody may read along hears that much', async () => {
  const unreachable = 'http://127.0.0.1:1/'
  await using server = await httpServer((_request, response) => response.writeHead(302, { location: unreachable }).end())
  assert.equal((await askServer({ url: server.url, follows: true, waitMs }))?.status, 302)
  assert.equal(await askServer({ url: unreachable, follows: true, waitMs }), null)
})
