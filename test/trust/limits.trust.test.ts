import assert from 'node:assert/strict'
import { chmod } from 'node:fs/promises'
import { test } from 'node:test'
import { testAsOrdinaryUser } from '../support/ordinary-user.ts'
import { confined } from './confined.ts'

test('who prints without end is ended, and keeps what it printed first', async (t) => {
  const { shell, isHere } = await confined(t, { output_mb: 8 })
  if (!isHere) return
  const run = await shell('echo first; yes 0123456789012345678901234567890123456789 | head -c 500000000')
  assert.match(run.exceeded ?? '', /printed more than the 8 MB/)
  assert.match(run.stdout, /^first\n/)
  assert.ok(run.stdout.length < 5_000_000)
})

test('who takes too much memory is ended', async (t) => {
  const { run, isHere } = await confined(t, { memory_mb: 300 })
  if (!isHere) return
  const script = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 20)'
  assert.match((await run([process.execPath, '-e', script])).exceeded ?? '', /memory.* than the 300 MB it may use/)
})

test('what is written to a memory file system counts as memory', async (t) => {
  const { shell, isHere } = await confined(t, { memory_mb: 200 })
  if (!isHere) return
  const run = await shell('head -c 400000000 /dev/zero > /tmp/big; sleep 20')
  assert.match(run.exceeded ?? '', /memory.* than the 200 MB it may use/)
})

// Root on a machine with control groups has them from the kernel.
testAsOrdinaryUser(import.meta.url, 'memory in a file without a name counts, that is resident in nobody', async (t) => {
  const memfdCreate = { x64: 319, arm64: 279 }[process.arch as string]
  const { run, isHere } = await confined(t, { memory_mb: 200 })
  if (!isHere) return
  if (memfdCreate === undefined) return t.skip(`the calls of ${process.arch} are not known`)
  const filled = `$name = "held"; $n = syscall(${memfdCreate}, $name, 0); open($file, "+<&=", $n); $piece = "x" x 1e6; syswrite($file, $piece) for 1 .. 400;`
  assert.match((await run(['perl', '-e', `${filled} sleep 20`])).exceeded ?? '', /memory.* than the 200 MB it may use/)
})

test('what was removed and is still open counts as written', async (t) => {
  const { shell, isHere } = await confined(t, { disk_mb: 50 })
  if (!isHere) return
  const run = await shell('sleep 1; exec 3> gone; rm gone; head -c 200000000 /dev/zero >&3; sleep 25')
  assert.match(run.exceeded ?? '', /to the disk, more than the 50 MB/)
})

testAsOrdinaryUser(import.meta.url, 'what lies in a folder that its owner shut counts as written', async (t) => {
  const { at, shell, isHere } = await confined(t, { disk_mb: 50 })
  if (!isHere) return
  const run = await shell('mkdir shut; chmod 311 shut; sleep 1; head -c 200000000 /dev/zero > shut/big; sleep 25')
  await chmod(at('worktrees/own/shut'), 0o700)
  assert.match(run.exceeded ?? '', /to the disk, more than the 50 MB/)
})

test('who fills the disk is ended', async (t) => {
  const { shell, isHere } = await confined(t, { disk_mb: 50 })
  if (!isHere) return
  const run = await shell('sleep 1; head -c 200000000 /dev/zero > big; sleep 25')
  assert.match(run.exceeded ?? '', /to the disk, more than the 50 MB/)
})

test('who fills the disk with empty files is ended', async (t) => {
  const { shell, isHere } = await confined(t, { disk_mb: 16 })
  if (!isHere) return
  const run = await shell('sleep 1; mkdir f; cd f; seq 12000 | xargs touch; sleep 25')
  assert.match(run.exceeded ?? '', /to the disk, more than the 16 MB/)
})

test('a fork bomb is ended, with all that came of it', { timeout: 60_000 }, async (t) => {
  const { shell, isHere } = await confined(t, { processes: 100 })
  if (!isHere) return
  const run = await shell('i=0; while [ $i -lt 3000 ]; do sleep 300 & i=$((i+1)); done; wait')
  assert.match(run.exceeded ?? '', /processes.* than the 100 it may have/)
})

test('who does nothing but sleep is ended by the clock', async (t) => {
  const { shell, isHere } = await confined(t)
  if (!isHere) return
  const run = await shell("trap '' TERM INT HUP; sleep 60; sleep 60", { timeoutMs: 1_500 })
  assert.equal(run.timedOut, true)
  assert.ok(run.durationMs < 20_000)
})
