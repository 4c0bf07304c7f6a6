import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lockHolder, takeLock } from '../../../infra/locks/file-lock.mjs'
import { processIsAlive, processStartTime, thisProcess } from '../../../infra/locks/process-identity.mjs'

function lockPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-lock-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'owner.json')
}

function sleeper(t: TestContext): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  return child
}

test('a process is alive under its id and start time only', async (t) => {
  const child = sleeper(t)
  const pid = child.pid ?? 0
  const startTime = processStartTime(pid)
  assert.ok(startTime !== null && processIsAlive(pid, startTime))
  assert.equal(processIsAlive(pid, `${startTime}0`), false)
  child.kill('SIGKILL')
  await once(child, 'close')
  assert.equal(processIsAlive(pid, startTime), false)
  for (const nonsense of [0, -1, 1.5, Number.NaN]) assert.equal(processStartTime(nonsense), null)
})

test('a lock is held by one, for its owner only to read, and says what its holder wrote', (t) => {
  const path = lockPath(t)
  const first = takeLock<{ url: string }>(path, { url: '' })
  assert.ok(first.taken)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  first.lock.write({ url: 'nats://127.0.0.1:1' })
  const second = takeLock<{ url: string }>(path, { url: '' })
  assert.ok(!second.taken)
  assert.deepEqual([second.holder.pid, second.holder.url], [process.pid, 'nats://127.0.0.1:1'])
  first.lock.release()
  assert.equal(lockHolder(path), null)
  assert.ok(takeLock(path, {}).taken)
})

test('the lock of a process that is gone is taken over, with what it wrote', (t) => {
  const path = lockPath(t)
  writeFileSync(path, JSON.stringify({ ...thisProcess(), startTime: 'another time', secret: 's', url: 'old' }))
  assert.equal(lockHolder(path), null)
  const outcome = takeLock<{ url: string }>(path, { url: 'new' })
  assert.ok(outcome.taken)
  assert.equal(outcome.left?.url, 'old')
  assert.deepEqual(readdirSync(join(path, '..')), ['owner.json'])
})

test('a damaged lock file holds nobody off', (t) => {
  const path = lockPath(t)
  writeFileSync(path, '{"pid": 1')
  const outcome = takeLock(path, {})
  assert.ok(outcome.taken)
  assert.equal(outcome.left, null)
})

test('who lost a lock can neither write nor release it', (t) => {
  const path = lockPath(t)
  const mine = takeLock(path, {})
  assert.ok(mine.taken)
  const theirs = JSON.stringify({ ...thisProcess(), secret: 'theirs' })
  writeFileSync(path, theirs)
  assert.throws(() => mine.lock.write({}), /no longer ours/)
  mine.lock.release()
  assert.equal(readFileSync(path, 'utf8'), theirs)
})

test('of many that take a stale lock at once one gets it', async (t) => {
  const path = lockPath(t)
  writeFileSync(path, JSON.stringify({ ...thisProcess(), startTime: 'another time', secret: 's' }))
  const module = new URL('../../../infra/locks/file-lock.mjs', import.meta.url).href
  const script = `const { takeLock } = await import(${JSON.stringify(module)}); console.log(takeLock(${JSON.stringify(path)}, {}).taken); setInterval(() => {}, 1000)`
  const racers = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  t.after(() => {
    for (const racer of racers) racer.kill('SIGKILL')
  })
  const answers = await Promise.all(racers.map(async (racer) => String((await once(racer.stdout, 'data'))[0]).trim()))
  assert.deepEqual(answers.sort(), ['false', 'false', 'false', 'true'])
})

test('the lock of a process that was killed is taken over', async (t) => {
  const path = lockPath(t)
  const module = new URL('../../../infra/locks/file-lock.mjs', import.meta.url).href
  const script = `const { takeLock } = await import(${JSON.stringify(module)}); console.log(takeLock(${JSON.stringify(path)}, {}).taken); setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => owner.kill('SIGKILL'))
  await once(owner.stdout, 'data')
  assert.equal(takeLock(path, {}).taken, false)
  assert.equal(lockHolder(path)?.pid, owner.pid)
  owner.kill('SIGKILL')
  await once(owner, 'close')
  const outcome = takeLock(path, {})
  assert.ok(outcome.taken)
  assert.equal(outcome.left?.pid, owner.pid)
})
