import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sizeOf } from '../../../infra/processes/folder-size.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

test('folders have the size of what is in them, and none has none', async () => {
  await using folder = await temporaryFolder()
  await writeFiles(folder.path, { large: 'x'.repeat(100_000) })
  const size = await sizeOf([folder.path])
  assert.ok(size >= 100_000 && size < 200_000, `${size}`)
  assert.equal(await sizeOf([]), 0)
})
