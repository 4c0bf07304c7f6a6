import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { type Act, circle, keepVigil } from '../../../infra/agents/circles.ts'
import { codexActs } from '../../../infra/agents/parse-codex.ts'

const times = (count: number, ...what: string[]): string[] => Array.from({ length: count }, () => what).flat()

test('the same as often in a row as the limit says is a circle, and so are two in turns', () => {
  assert.equal(circle(times(20, 'test'), 20), 20)
  assert.equal(circle([...times(5, 'edit'), ...times(20, 'test')], 20), 20)
  assert.equal(circle(times(20, 'test', 'read'), 20), 20)
  assert.equal(circle(times(20, 'edit', 'test', 'read'), 20), 20)
})

test('fewer are none, nor is the same command with edits in between', () => {
  assert.equal(circle(times(19, 'test'), 20), 0)
  assert.equal(circle([...times(19, 'test'), 'edit', ...times(19, 'test')], 20), 0)
  assert.equal(
    circle(
      Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? 'test' : `edit ${n}`)),
      20,
    ),
    0,
  )
})

const watch = (results: readonly string[]): string | undefined => {
  const acts: Act[][] = results.map((result, n) => [
    { kind: 'begun', id: `${n}`, what: 'curl build' },
    { kind: 'ended', id: `${n}`, result },
  ])
  const vigil = keepVigil({ sameAction: 5, silenceMs: 60_000 }, (line) => acts[Number(line)] ?? [])
  for (const n of acts.keys()) vigil.line(String(n), 'stdout')
  vigil.end()
  return vigil.signal.aborted ? String(vigil.signal.reason) : undefined
}

test('the same action with another result is progress; times and counts in it are none', () => {
  assert.equal(watch(['queued', 'building', 'building', 'testing', 'testing']), undefined)
  assert.match(watch(['took 1 ms', 'took 2 ms', 'took 3.5 ms', 'took 4 ms', 'took 5 ms']) ?? '', /the same 5 times .*: curl build$/)
})

test('nor are hashes and the names of temporary files; words are', () => {
  assert.match(watch(['a', 'b', 'c', 'd', 'e'].map((name) => `see /tmp/x${name}Z, commit ${name}1b2c3d4`)) ?? '', /the same 5 times/)
  assert.equal(watch(['facade', 'decade', 'accede', 'efface', 'deface']), undefined)
})

test('who speaks at once is stuck when nothing was ever heard of it; who may print once, at its end, is not', async () => {
  const silent = keepVigil({ sameAction: 5, silenceMs: 1 }, () => [], { speaksAtOnce: true })
  await once(silent.signal, 'abort')
  assert.match(String(silent.signal.reason), /nothing was heard of it/)
  const patient = keepVigil({ sameAction: 5, silenceMs: 1 }, () => [])
  const heard = keepVigil({ sameAction: 5, silenceMs: 2 }, () => [])
  heard.line('a beginning', 'stdout')
  await once(heard.signal, 'abort')
  assert.equal(patient.signal.aborted, false)
})

test("codex's commands are known by their beginning and end, and its changes are not counted", () => {
  const line = (type: string, item: object) => codexActs(JSON.stringify({ type, item }))
  const command = { id: 'item_1', type: 'command_execution', command: 'npm test', aggregated_output: '', exit_code: null }
  assert.deepEqual(line('item.started', command), [{ kind: 'begun', id: 'item_1', what: 'npm test' }])
  const ended = { ...command, aggregated_output: 'failed', exit_code: 1 }
  assert.deepEqual(line('item.completed', ended), [{ kind: 'ended', id: 'item_1', result: '1 failed' }])
  assert.deepEqual(line('item.completed', { id: 'x', type: 'file_change', changes: [{ path: 'a' }] }), [])
})
