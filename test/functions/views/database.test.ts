import assert from 'node:assert/strict'
import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDatabase, openDatabase } from '../../../functions/views/database.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const rightsOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test('nobody else reads what the views hold, wherever their folder lies', async () => {
  await using folder = await temporaryFolder()
  chmodSync(folder.path, 0o755)
  const path = join(folder.path, 'cortex.db')
  createDatabase(path, ['CREATE TABLE a (b)'], 1).close()
  assert.equal(rightsOf(path), '600')
  // As an older version left it.
  chmodSync(path, 0o644)
  const opened = openDatabase(path)
  opened?.db.run('INSERT INTO a VALUES (1)')
  assert.deepEqual([path, `${path}-wal`].map(rightsOf), ['600', '600'])
  opened?.db.close()
})
