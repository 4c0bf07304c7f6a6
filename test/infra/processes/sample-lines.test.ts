import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleLines } from '../../../infra/processes/sample-lines.ts'

test('of a million lines in ten seconds the first fifty of each are shown, and how many were left out', () => {
  const shown: string[] = []
  let at = 0
  const sample = sampleLines(
    (line) => shown.push(line),
    () => at,
  )
  for (let line = 0; line < 1_000_000; line++) {
    at = Math.floor(line / 100_000) * 1000
    sample.line(`line ${line}`)
  }
  sample.end()
  assert.equal(shown.length, 10 * 51)
  assert.deepEqual(shown.slice(49, 52), ['line 49', '[... 99950 more lines ...]', 'line 100000'])
  assert.equal(shown.at(-1), '[... 99950 more lines ...]')
})

test('what comes at a speed that can be read is shown whole, and of a very long line its beginning', () => {
  const shown: string[] = []
  let at = 0
  const sample = sampleLines(
    (line) => shown.push(line),
    () => at,
  )
  for (let line = 0; line < 200; line++) {
    at += 25
    sample.line(String(line))
  }
  sample.line('x'.repeat(1_000_000))
  sample.end()
  assert.equal(shown.length, 201)
  assert.equal(shown.at(-1)?.length, 2000)
})

test('of a private key nothing is shown, wherever in the second it begins and ends', () => {
  const shown: string[] = []
  const sample = sampleLines(
    (line) => shown.push(line),
    () => 0,
  )
  const key = [
    '-----BEGIN RSA PRIVATE KEY-----',
    ...Array.from({ length: 60 }, (_, line) => `MIIEowIBAAKCAQEA${line}`),
    '-----END RSA PRIVATE KEY-----',
  ]
  for (const line of ['before', ...key, 'after', '-----BEGIN PRIVATE KEY-----that never ends', ...Array(400).fill('words')])
    sample.line(line)
  sample.end()
  assert.deepEqual(shown.slice(0, 3), ['before', 'after', 'words'])
  assert.ok(!shown.join().includes('MII'))
})
