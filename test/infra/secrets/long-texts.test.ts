import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { findInWindows } from '../../../infra/secrets/find-in-windows.ts'
import { maskWithin } from '../../../infra/secrets/mask-within.ts'
import { createSecrets } from '../../../infra/secrets/secrets.ts'

const KEY = 'plain-looking-agent-credential'
const secrets = createSecrets({ known: { AGENT_KEY: KEY }, allow: [] })
const pem = String(generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))

test('a secret is masked wherever it stands in a long text, also over many lines', async () => {
  for (const [secret, kind] of [
    [KEY, 'value of AGENT_KEY'],
    [pem.trim(), 'private key'],
  ] as const)
    for (const at of [0, 32_700, 32_768, 56_300, 57_344, 98_000]) {
      const { text, kinds } = await secrets.mask(`${'x'.repeat(at)}\n${secret}\n${'y'.repeat(70_000)}`)
      assert.equal(text.replaceAll(/[xy\n]/g, ''), `[secret masked: ${kind}]`.replaceAll(/[xy\n]/g, ''), `${kind} at ${at}`)
      assert.deepEqual(kinds, [kind])
    }
})

test('a name that tells that its value is no secret tells so also where a long text is looked at by pieces', async () => {
  const line = `public_key = "q7Rz2Lw9Xk4Tn8Vb3Mf6Yc1Hd5Jg0Ps"`
  for (let at = 32_768 - line.length; at < 32_768 + 2; at++) {
    const text = `${'x'.repeat(at - 1)}\n${line}\n${'y'.repeat(40_000)}`
    assert.equal((await secrets.mask(text)).text, text)
  }
})

test('while a long text is looked at, others have their turn after every piece', async () => {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const pieces: number[] = []
  await findInWindows('x'.repeat(1_000_000), async (piece) => {
    pieces.push(piece.length)
    return []
  })
  isOver = true
  assert.ok(pieces.length >= 30 && Math.max(...pieces) <= 64 * 1024)
  assert.ok(turns >= pieces.length - 1, `${turns} turns for ${pieces.length} pieces`)
})

test('of a text beyond the limit the middle is cut, and no half of a secret stays at the cut', async () => {
  const limit = 200_000
  for (const before of [99_985, 99_999, 100_000 + 32_768 - 15]) {
    const text = `${'a'.repeat(before)}${KEY}${'b'.repeat(500_000)}`
    const kept = await maskWithin(text, limit, secrets)
    assert.ok(Buffer.byteLength(kept) <= limit + 100)
    assert.match(kept, /^a+.*\n\[\.\.\. \d+ bytes cut \.\.\.\]\nb+$/s)
    for (let length = 6; length <= KEY.length; length++) assert.ok(!kept.includes(KEY.slice(0, length)))
  }
  assert.equal(await maskWithin(`a ${KEY} b`, limit, secrets), 'a [secret masked: value of AGENT_KEY] b')
})
