import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataInUse, DataUnwritable, holdDataFolder } from '../../../infra/app/data-folder.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('a data folder that cannot be written is told in words, with what to do', async () => {
  await using folder = await temporaryFolder()
  writeFileSync(join(folder.path, 'file'), '')
  const place = join(folder.path, 'file', 'data')
  assert.throws(
    () => holdDataFolder(place),
    (error) => {
      assert.ok(error instanceof DataUnwritable)
      assert.match(error.message, new RegExp(`the data folder ${place} cannot be written: .*--data`))
      return true
    },
  )
})

test('a data folder is one system’s at a time', async () => {
  await using folder = await temporaryFolder()
  const place = join(folder.path, 'data')
  {
    using _held = holdDataFolder(place)
    assert.throws(() => holdDataFolder(place), DataInUse)
  }
  holdDataFolder(place)[Symbol.dispose]()
})
