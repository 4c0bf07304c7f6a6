import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { whereOf } from '../../cli/where.ts'
import { noteConfiguration, operatorSecret } from '../../infra/app/system-file.ts'
import { createDataDirectory } from '../../infra/nats/data-directory.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** A folder with a configuration, and data that were worked on with it. */
const worked = (folder: string, data = join(folder, '.cortex')) => {
  const file = join(folder, 'cortex.toml')
  writeFileSync(file, '')
  mkdirSync(createDataDirectory(join(data, 'nats')).store)
  operatorSecret(data)
  noteConfiguration(data, file)
  return { file, data }
}

describe('by what the next command reaches what this one did', () => {
  test('where it finds the same by itself, by nothing', async () => {
    await using folder = await temporaryFolder()
    worked(folder.path)
    const { data, config, last } = whereOf({ cwd: folder.path, configured: false })
    assert.deepEqual([data, config, last], [undefined, undefined, undefined])
  })

  test('in a folder below, by nothing either: the configuration above is found from there', async () => {
    await using folder = await temporaryFolder()
    worked(folder.path)
    const below = join(folder.path, 'below')
    mkdirSync(below)
    for (const configured of [false, true]) {
      const { data, last } = whereOf({ cwd: below, configured })
      assert.deepEqual([data, last], [undefined, undefined])
    }
  })

  test('elsewhere, by the data that were named and what they are worked on with', async () => {
    await using folder = await temporaryFolder()
    const { file, data } = worked(folder.path, join(folder.path, 'store'))
    await using other = await temporaryFolder()
    const elsewhere = other.path
    for (const configured of [false, true]) {
      const where = whereOf({ data, cwd: elsewhere, configured })
      assert.deepEqual([where.data, where.last], [data, file])
    }
    writeFileSync(join(elsewhere, 'cortex.toml'), '')
    assert.equal(whereOf({ data, cwd: elsewhere, configured: true }).last, undefined, 'a command that read its own goes on with that')
  })
})
