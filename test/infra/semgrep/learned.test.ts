import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdLearned } from '../../../infra/semgrep/learned.ts'

type Run = Awaited<ReturnType<Parameters<typeof holdLearned>[0]>>
const ended = (more: Partial<Run> = {}): Run => ({ exitCode: 0, stdout: '{"results": [], "errors": []}', stderr: '', ...more }) as Run
const late = ended({ timedOut: true, exitCode: null, stdout: '' })
const found = (name: string): Run =>
  ended({
    stdout: JSON.stringify({ results: [{ check_id: name, path: 'a.js', start: { line: 2 }, extra: { message: 'no' } }], errors: [] }),
  })

const learned = (name: string, blocks: boolean) => ({ rule: `forge-${name}`, name, yaml: '', blocks })
const files = (...names: string[]) => names.map((name) => ({ path: `/run/learned/${name}.yaml`, text: '' }))
const rules = [learned('chum-a', true), learned('chum-b', false), learned('chum-c', true)]

test('where all are done together none is run alone', async () => {
  const runs: number[] = []
  const held = await holdLearned(
    async (places) => {
      runs.push(places.length)
      return found('x.learned.chum-a')
    },
    files('chum-a', 'chum-b'),
    rules,
  )
  assert.deepEqual(runs, [2])
  assert.deepEqual(
    held.findings.map(({ rule, learned: story, severity }) => [rule, story, severity]),
    [['chum-a', 'forge-chum-a', 'ERROR']],
  )
  assert.deepEqual([held.learned, held.slow], [[{ rule: 'forge-chum-a' }, { rule: 'forge-chum-b' }], []])
})

test('a slow one that only warns is broken, a slow one that blocks is named, and what others find still counts', async () => {
  const answers = { 'chum-a': found('chum-a'), 'chum-b': late, 'chum-c': late }
  const held = await holdLearned(
    async (places) => {
      const [only, other] = places
      return other ? late : answers[only?.split('/').at(-1)?.replace('.yaml', '') as keyof typeof answers]
    },
    files('chum-a', 'chum-b', 'chum-c'),
    rules,
  )
  assert.deepEqual(
    held.findings.map(({ rule }) => rule),
    ['chum-a'],
  )
  assert.deepEqual(held.learned, [{ rule: 'forge-chum-a' }, { rule: 'forge-chum-b', broken: true }, { rule: 'forge-chum-c' }])
  assert.deepEqual(
    held.slow.map(({ name }) => name),
    ['chum-c'],
  )
})

test('one that semgrep ends over is broken, and no other', async () => {
  const held = await holdLearned(
    async (places) => (places.some((place) => place.includes('chum-b')) ? ended({ exitCode: 7, stdout: '' }) : ended()),
    files('chum-a', 'chum-b'),
    rules,
  )
  assert.deepEqual(held.learned, [{ rule: 'forge-chum-a' }, { rule: 'forge-chum-b', broken: true }])
})
