import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownCommand } from '../../cli/own-command.ts'
import { root } from '../support/source-tree.ts'
import { temporaryFolder } from '../support/temporary.ts'

test('what is told to be typed runs this very Cortex: by its name where the path leads to it, else by its place', async () => {
  await using folder = await temporaryFolder()
  const [ours, foreign] = [join(folder.path, 'ours'), join(folder.path, 'foreign')]
  for (const [place, to] of [
    [ours, join(root, 'cli/bin.mjs')],
    [foreign, process.execPath],
  ] as const) {
    mkdirSync(place)
    symlinkSync(to, join(place, 'cortex'))
  }
  assert.equal(ownCommand({ PATH: ours }), 'cortex')
  for (const PATH of [foreign, `${foreign}:${ours}`, folder.path]) assert.match(ownCommand({ PATH }), /^npx --prefix \S+ cortex$/)
})
