import assert from 'node:assert/strict'
import { chmodSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataInUse, DataUnwritable, holdDataFolder } from '../../../infra/app/data-folder.ts'
import { hasStore, lastConfiguration, noteConfiguration, whyNoStore } from '../../../infra/app/system-file.ts'
import { createDataDirectory } from '../../../infra/nats/data-directory.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('a data folder that cannot be written is told in words, with what to do', async () => {
  await using folder = await temporaryFolder()
  writeFileSync(join(folder.path, 'file'), '')
  const place = join(folder.path, 'file', 'data')
  await assert.rejects(holdDataFolder(place), (error) => {
    assert.ok(error instanceof DataUnwritable)
    assert.match(error.message, new RegExp(`the data folder ${place} cannot be written: .*--data`))
    return true
  })
})

test('a data folder is one system’s at a time; a command that is over in a moment is waited for', async () => {
  await using folder = await temporaryFolder()
  const place = join(folder.path, 'data')
  {
    using _held = await holdDataFolder(place)
    await assert.rejects(holdDataFolder(place), DataInUse)
    await assert.rejects(holdDataFolder(place, { isBrief: true }), DataInUse)
  }
  const brief = await holdDataFolder(place, { isBrief: true })
  const next = holdDataFolder(place)
  brief[Symbol.dispose]()
  using _next = await next
  await assert.rejects(holdDataFolder(place), DataInUse)
})

test('nothing is written through a link that lies where the data folder is to be', async () => {
  await using folder = await temporaryFolder()
  const [place, theirs] = [join(folder.path, '.cortex'), join(folder.path, 'theirs')]
  await mkdir(place)
  writeFileSync(theirs, 'mine')
  symlinkSync(theirs, join(place, '.gitignore'))
  using _held = await holdDataFolder(place)
  assert.equal(readFileSync(theirs, 'utf8'), 'mine')
})

test('only a folder that a start made for its user is taken for a store, and what came with a repository is not', async () => {
  await using folder = await temporaryFolder()
  const place = join(folder.path, 'ours')
  ;(await holdDataFolder(place))[Symbol.dispose]()
  assert.equal(hasStore(place), false)
  await mkdir(createDataDirectory(join(place, 'nats')).store)
  assert.equal(hasStore(place), true)
  const given = join(folder.path, 'given')
  await mkdir(given, { mode: 0o755 })
  ;(await holdDataFolder(given))[Symbol.dispose]()
  await mkdir(createDataDirectory(join(given, 'nats')).store)
  assert.equal(hasStore(given), true, 'a folder that was there before the first start')
  const cloned = join(folder.path, 'cloned')
  await mkdir(join(cloned, 'nats', 'jetstream'), { recursive: true, mode: 0o755 })
  symlinkSync(place, join(folder.path, 'link'))
  assert.deepEqual([cloned, join(folder.path, 'link'), join(folder.path, 'none')].map(hasStore), [false, false, false])
})

test('a store that others may replace is not answered from, and what to type is told', async () => {
  await using folder = await temporaryFolder()
  const place = join(folder.path, 'made by hand')
  await mkdir(place)
  await mkdir(createDataDirectory(join(place, 'nats')).store)
  for (const mode of [0o700, 0o755, 0o777, 0o775, 0o1777]) {
    chmodSync(place, mode)
    const isTaken = (mode & 0o022) === 0
    assert.equal(hasStore(place), isTaken, mode.toString(8))
    if (isTaken) assert.equal(whyNoStore(place), undefined)
    else assert.match(whyNoStore(place) ?? '', /chmod go-w '.*made by hand'$/)
  }
  assert.equal(whyNoStore(folder.path), undefined, 'where nothing is stored, that is not why')
})

test('a configuration that somebody else may have named is not the last one', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'cortex.toml')
  writeFileSync(file, '')
  noteConfiguration(folder.path, file)
  const note = join(folder.path, 'configuration')
  chmodSync(note, 0o666)
  assert.equal(lastConfiguration(folder.path), undefined)
  chmodSync(note, 0o600)
  assert.equal(lastConfiguration(folder.path), file)
  renameSync(note, `${note}.theirs`)
  symlinkSync(`${note}.theirs`, note)
  assert.equal(lastConfiguration(folder.path), undefined)
})

test('the configuration of the last start is known, while it is there', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'cortex.toml')
  assert.equal(lastConfiguration(folder.path), undefined)
  noteConfiguration(folder.path, file)
  assert.equal(lastConfiguration(folder.path), undefined)
  writeFileSync(file, '')
  assert.equal(lastConfiguration(folder.path), file)
  noteConfiguration(folder.path, null)
  assert.equal(lastConfiguration(folder.path), undefined)
})
