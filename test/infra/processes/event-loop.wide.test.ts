import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { setTimeout as rest } from 'node:timers/promises'
import { runProcess } from '../../../infra/processes/processes.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const MEGABYTES = 64

/** Says so many megabytes as an agent does: lines of JSON, as fast as they are taken. */
const talker = `
  const line = JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text: 'x'.repeat(900) }] } }) + '\\n'
  const piece = line.repeat(1024)
  let left = ${MEGABYTES} * 1024 * 1024
  const go = () => { while (left > 0) { left -= piece.length; if (!process.stdout.write(piece)) return process.stdout.once('drain', go) } }
  go()
`

/** Milliseconds of the longest turn of the event loop while this was done. */
const longestWhile = async (work: () => Promise<unknown>): Promise<number> => {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await work()
  delay.disable()
  return delay.max / 1e6
}

/** What the machine alone makes of a loop that works and rests for 5 ms each. */
const idleRhythm = async (): Promise<void> => {
  for (const end = performance.now() + 1000; performance.now() < end; await rest(5))
    for (const turn = performance.now() + 5; performance.now() < turn; );
}

test(`the event loop goes on while ${MEGABYTES} MB of an agent's output are read`, async (t) => {
  await using folder = await temporaryFolder()
  let read = 0
  const before = await longestWhile(idleRhythm)
  const during = await longestWhile(async () => {
    const result = await runProcess({
      argv: [process.execPath, '-e', talker],
      cwd: folder.path,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      timeoutMs: 300_000,
      onLine: (line) => {
        read += line.length
        JSON.parse(line)
      },
    })
    assert.equal(result.exitCode, 0)
  })
  const bare = Math.max(before, await longestWhile(idleRhythm))
  t.diagnostic(`the longest turn took ${during.toFixed(1)} ms, without the reading ${bare.toFixed(1)} ms`)
  assert.ok(read > 0.99 * MEGABYTES * 1024 * 1024, `${read} characters were heard`)
  assert.ok(during < Math.max(200, 4 * bare), `the longest turn took ${during} ms, without the reading ${bare} ms`)
})
