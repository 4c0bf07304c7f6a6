import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, isCompleted, openDesk, quick, scriptedAgents, waitsForApproval, work } from '../support/command-line.ts'
import { mountSmallDisk, noSmallDisk } from '../support/small-disk.ts'
import { git, until } from '../support/temporary.ts'

const skip = await noSmallDisk()
const full = /the disk of \S+ is full: 0\.0 MB of 40 MB are free, less than 4\.0 MB/

test('a full disk is told everywhere and takes no new work, and with room again everything goes on by itself', { skip }, async () => {
  await using disk = await mountSmallDisk(40)
  await using desk = await openDesk(files)
  await desk.configure(`${quick}${scriptedAgents}`)
  const data = ['--data', disk.path]
  const up = desk.start(['up', ...data])
  const page = /http:\S+\d/.exec(await up.line(/^ {2}page/))![0]
  const ask = async (path: string, body?: object) => {
    const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(`${page}${path}`, init)
    return { status: answer.status, text: await answer.text() }
  }
  const create = () => ask('/tasks', { title: work[0], description: work[2], project: 'repository' })
  const idOf = ({ text }: { text: string }): string => JSON.parse(text).id
  const before = idOf(await create())
  await desk.untilStatus(before, waitsForApproval, disk.path)

  await disk.fill()
  await until(async () => (await ask('/health')).status === 503)
  const refused = await create()
  assert.equal(refused.status, 503)
  for (const { text } of [refused, await ask('/health'), await ask('/system'), await ask('/status')]) assert.match(text, full)
  assert.match((await desk.cortex(['status', ...data])).stdout, full)
  const run = await desk.cortex(['run', ...work, ...data])
  assert.notEqual(run.code, 0)
  assert.match(run.stderr, full)
  // To be stored or not, as far as there is room: it makes the bus write.
  await desk.cortex(['prioritise', before, '1', ...data])

  await disk.free()
  await until(async () => (await ask('/health')).status === 200)
  const after = idOf(await create())
  for (const id of [before, after]) {
    await desk.untilStatus(id, waitsForApproval, disk.path)
    assert.equal((await desk.cortex(['approve', id, ...data])).code, 0)
    await desk.untilStatus(id, isCompleted, disk.path)
    assert.equal(await git(desk.repository, 'show', `cortex/${id}:greeting.txt`), 'goodbye')
  }
  up.child.kill('SIGTERM')
  assert.doesNotMatch((await up.ended).stderr, /"(?:error|err|reason)":\{\}/)
})

test('a disk that turns read-only is told in words everywhere, and everything goes on by itself when it can be written', {
  skip,
}, async () => {
  const closed = /\S+ cannot be written: its file system is read-only/
  await using disk = await mountSmallDisk(400)
  await using desk = await openDesk(files)
  await desk.configure(`${quick}${scriptedAgents}`)
  const data = ['--data', disk.path]
  const up = desk.start(['up', ...data])
  const page = /http:\S+\d/.exec(await up.line(/^ {2}page/))![0]
  const isHealthy = async (): Promise<boolean> => (await fetch(`${page}/health`)).status === 200

  await disk.close()
  await until(async () => !(await isHealthy()))
  for (const command of [['run', ...work], ['token', 'create', 'ada'], ['doctor'], ['status']]) {
    const { stdout, stderr } = await desk.cortex([...command, ...data])
    assert.match(stdout + stderr, closed, command.join(' '))
    assert.doesNotMatch(stdout + stderr, /EROFS/, command.join(' '))
  }

  await disk.reopen()
  await until(isHealthy)
  const run = await desk.cortex(['run', ...work, '--json', ...data])
  await desk.untilStatus(JSON.parse(run.stdout).id, waitsForApproval, disk.path)
  await disk.close()
  up.child.kill('SIGKILL')
  await up.ended
  for (const command of [['up'], ['list'], ['run', ...work]]) {
    const { code, stderr } = await desk.cortex([...command, ...data])
    assert.equal(code, 2, stderr)
    assert.match(stderr, closed, command.join(' '))
    assert.doesNotMatch(stderr, /EROFS/, command.join(' '))
  }
  await disk.reopen()
  // It also ends the nats-server that the killed one left.
  const { code, stderr } = await desk.cortex(['list', ...data])
  assert.equal(code, 0, stderr)
})
