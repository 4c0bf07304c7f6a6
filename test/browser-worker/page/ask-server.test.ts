import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { askServer, gistOf } from '../../../browser-worker/page/in-page/ask-server.ts'

test('of what a server says only the names of its values leave the page, or the title of its document', () => {
  assert.deepEqual(gistOf('{"user": {"name": "Ada"}, "accessToken": "secret", "plan": null}'), {
    title: '',
    names: ['accessToken', 'user'],
  })
  assert.deepEqual(gistOf('<!doctype html><title lang="en"> Log in </title><p>secret</p>'), { title: 'Log in', names: [] })
  for (const empty of ['{}', 'null', '[]', '7']) assert.deepEqual(gistOf(empty), { title: '', names: [] }, empty)
  assert.deepEqual(gistOf('no name'), { title: '', names: [] })
})

test('where a server sends who asks is followed only when that is wanted, and it tells the two apart', async () => {
  const asked: string[] = []
  await using server = createServer(({ url = '' }, response) => {
    asked.push(url)
    if (url === '/') response.writeHead(302, { location: '/login' })
    response.end('<title>Log in</title>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const url = `http://127.0.0.1:${address.port}/`
  // Chromium tells 0 of a redirect that is not followed, Node its own status.
  assert.equal((await askServer({ url, follows: false, waitMs: 10_000 }))?.status, 302)
  assert.deepEqual(asked, ['/'])
  const followed = await askServer({ url, follows: true, waitMs: 10_000 })
  assert.deepEqual(followed, { status: 200, url: `${url}login`, title: 'Log in', names: [] })
})

test('who is sent on to where nobody may read along hears that much', async () => {
  await using server = createServer((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const url = `http://127.0.0.1:${address.port}/`
  assert.equal((await askServer({ url, follows: true, waitMs: 10_000 }))?.status, 302)
  assert.equal(await askServer({ url: 'http://127.0.0.1:1/', follows: true, waitMs: 10_000 }), null)
})
