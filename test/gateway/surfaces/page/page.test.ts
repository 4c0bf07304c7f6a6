import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approved, atTheGate, blocked, created, planning, reviewing, routed, written } from '../../../support/facts.ts'
import { blobOf } from '../../../support/memory-blobs.ts'
import { givenPage, hostile } from '../../../support/page-world.ts'

test('every page refuses scripts, frames and foreign addresses, and is kept by nobody', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', atTheGate())
  for (const path of [
    '/',
    '/new',
    '/task/task-1',
    '/task/task-1/diff',
    '/task/task-1/logs',
    '/system',
    '/statistics',
    '/learned',
    '/lesson/lesson-00',
    '/login',
    '/task/nobody',
  ]) {
    const { headers } = await gateway.ask(path)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/, path)
    assert.match(policy, /frame-ancestors 'none'/, path)
    assert.doesNotMatch(policy, /unsafe/, path)
    const all = ['x-frame-options', 'x-content-type-options', 'referrer-policy', 'cache-control'].map((name) => headers.get(name))
    assert.deepEqual(all, ['DENY', 'nosniff', 'same-origin', 'no-store'], path)
  }
})

test('what people and agents wrote is never a part of the page itself', async () => {
  const { world, gateway } = givenPage()
  const diff = blobOf(`diff --git a/${hostile} b/${hostile}\n@@ -1 +1 @@\n+${hostile}\n`)
  world.tell('task-1', created({ title: hostile, description: hostile, project: undefined }), routed({ planner: hostile }))
  world.tell('task-2', reviewing(), written({ diff, log: blobOf(`\x1b[31m${hostile}\x1b[0m`), files: [hostile] }))
  for (const path of [
    '/',
    '/task/task-1',
    '/task/task-2',
    '/task/task-2/diff',
    '/task/task-2/logs',
    `/?search=${encodeURIComponent(hostile)}`,
    `/new?title=${encodeURIComponent(hostile)}`,
  ]) {
    const text = await (await gateway.ask(path)).text()
    assert.ok(!text.includes('<img'), path)
    assert.equal(text.match(/<script(?! type="(?:module|importmap)")/), null, path)
    assert.ok(!text.includes('\x1b'), path)
  }
})

test('a shortened id leads to the whole one, and one that nobody has is not found', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-abcdef', planning())
  const short = await gateway.ask('/task/task-abc')
  assert.deepEqual([short.status, short.headers.get('location')], [302, '/task/task-abcdef'])
  const missing = await gateway.ask('/task/task-zzz')
  assert.equal(missing.status, 404)
  assert.match(missing.headers.get('content-type') ?? '', /text\/html/)
})

test('long changes and logs come in pieces that lose nothing', async () => {
  const { world, gateway } = givenPage()
  const lines = Array.from({ length: 9000 }, (_, index) => `+line ${index} of a change that is long`)
  world.tell('task-1', reviewing(), written({ diff: blobOf(`diff --git a/x b/x\n@@ -0,0 +1 @@\n${lines.join('\n')}\n`) }))
  const seen: string[] = []
  for (let path: string | undefined = '/task/task-1/diff'; path; ) {
    const text = await (await gateway.ask(path)).text()
    seen.push(...(text.match(/\+line \d+ of a change that is long/g) ?? []))
    path = /href="([^"]+)">Next piece/.exec(text)?.[1]?.replaceAll('&amp;', '&')
  }
  assert.deepEqual(seen, lines)
})

test('only what is on the list is given out as an asset, and is not sent again while it is the same', async () => {
  const { gateway } = givenPage()
  const answer = await gateway.ask('/assets/idiomorph.js')
  assert.match(answer.headers.get('content-type') ?? '', /text\/javascript/)
  const etag = answer.headers.get('etag') ?? ''
  assert.equal((await gateway.ask('/assets/idiomorph.js', { headers: { 'if-none-match': etag } })).status, 304)
  for (const name of ['package.json', '..%2f..%2fpage%2fassets.ts', '%2e%2e/assets.ts', 'toString'])
    assert.equal((await gateway.ask(`/assets/${name}`)).status, 404, name)
})

test('an approved plan waits for a place and no more for a person', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', atTheGate(), approved())
  const text = await (await gateway.ask('/task/task-1')).text()
  assert.match(text, />Approved</)
  assert.doesNotMatch(text, /action="\/task\/task-1\/approve"/)
})

test('a task that waits for others links to them, whatever they are called', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', created({ dependsOn: ['schema'] }), blocked('schema'))
  assert.match(await (await gateway.ask('/task/task-1')).text(), /<a href="\/task\/schema">schema<\/a>/)
})

test('a title that turns the direction of reading does not do so in the title of the window either', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', created({ title: 'invoice\u202egnp.exe' }))
  assert.match(await (await gateway.ask('/task/task-1')).text(), /<title>invoice\\u\{202E\}gnp\.exe · Cortex<\/title>/)
})
