import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../../infra/app/configuration.ts'
import { newProjects } from '../../../infra/app/new-projects.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('projects that came into a configuration after it was read are named; of one that is broken or gone, none', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'cortex.toml')
  const write = (...names: string[]): void => writeFileSync(file, names.map((name) => `[projects.${name}]\npath = "."\n`).join('\n'))
  write('shop')
  const loaded = loadConfig({ path: file, env: {} })
  assert.deepEqual(newProjects(loaded, {}), [])
  write('shop', 'till', 'stock')
  assert.deepEqual(newProjects(loaded, {}), ['till', 'stock'])
  writeFileSync(file, '[projects.till')
  assert.deepEqual(newProjects(loaded, {}), [])
  rmSync(file)
  assert.deepEqual(newProjects(loaded, {}), [])
  assert.deepEqual(newProjects({ ...loaded, file: null }, {}), [])
})
