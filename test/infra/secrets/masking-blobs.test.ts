import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskingBlobs } from '../../../infra/secrets/masking-blobs.ts'
import { memoryBlobs } from '../../support/memory-blobs.ts'
import { stubSecrets } from '../../support/secrets.ts'

const blobs = maskingBlobs(memoryBlobs(), stubSecrets)

test('no secret gets into the store in a text, and the reference says what was masked', async () => {
  for (const type of ['text/plain', 'text/x-diff', 'application/json']) {
    const ref = await blobs.put('a <hush>key</hush>', type)
    assert.equal(await blobs.text(ref), 'a [secret masked: hush]')
    assert.deepEqual(ref.masked, ['hush'])
  }
})

test('what holds no secret, and what is no text, is stored as it is', async () => {
  assert.deepEqual(await blobs.put('a key', 'text/plain'), await memoryBlobs().put('a key', 'text/plain'))
  const bytes = new TextEncoder().encode('<hush>key</hush>')
  assert.deepEqual(await blobs.bytes(await blobs.put(bytes, 'application/x-git-bundle')), bytes)
})
