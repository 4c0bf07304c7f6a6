import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../../infra/app/configuration.ts'
import { nearestConfiguration } from '../../../infra/config/nearest-configuration.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const given = async () => {
  const folder = await temporaryFolder()
  const [file, below] = [join(folder.path, 'cortex.toml'), join(folder.path, 'a', 'b')]
  writeFileSync(file, '')
  mkdirSync(below, { recursive: true })
  return { file, below, folder: folder.path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test('the nearest configuration upwards is taken, with the data beside it', async () => {
  await using scene = await given()
  const { file, dataDir } = loadConfig({ cwd: scene.below, env: {} })
  assert.deepEqual([file, dataDir], [scene.file, join(scene.folder, '.cortex')])
  const own = join(scene.below, 'cortex.toml')
  writeFileSync(own, '')
  assert.equal(loadConfig({ cwd: scene.below, env: {} }).file, own)
})

test('above, what others may write, or a link, says nothing', async () => {
  await using scene = await given()
  chmodSync(scene.file, 0o666)
  assert.equal(nearestConfiguration(scene.below), undefined)
  assert.equal(nearestConfiguration(scene.folder), scene.file, 'it was meant, where one stands')
  symlinkSync(scene.file, join(scene.folder, 'a', 'cortex.toml'))
  assert.equal(nearestConfiguration(scene.below), undefined)
})

test('above, a file of another user says nothing', { skip: process.getuid?.() !== 0 && 'only root can give a file away' }, async () => {
  await using scene = await given()
  chownSync(scene.file, 4242, 4242)
  assert.equal(nearestConfiguration(scene.below), undefined)
})
