import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { shell, takenIn } from './git-outside.ts'

test('folders nested deeper than a path can be long are taken in as far as git goes, and removed', { timeout: 60_000 }, async () => {
  const { files } = await takenIn(async (tree) => {
    await shell(tree, 'name=$(printf %0100d 0); i=0; while [ $i -lt 120 ]; do mkdir $name; cd -P $name; i=$((i+1)); done; echo x > x')
    await writeFile(path.join(tree, 'kept'), 'x')
  })
  assert.ok(files.includes('kept'))
})
