import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownCommand } from '../../cli/own-command.ts'
import { root } from '../support/source-tree.ts'
import { temporaryFolder } from '../support/temporary.ts'

test('what is told to be typed runs this very Cortex: by its name where the path leads to it, else by its place', async () => {
  await using folder = await temporaryFolder()
  const [ours, foreign, ofNpx] = ['ours', 'foreign', 'node_modules/.bin'].map((name) => join(folder.path, name)) as [string, string, string]
  for (const [place, to] of [
    [ours, join(root, 'cli/bin.mjs')],
    [foreign, process.execPath],
    [ofNpx, join(root, 'cli/bin.mjs')],
  ] as const) {
    mkdirSync(place, { recursive: true })
    symlinkSync(to, join(place, 'cortex'))
  }
  assert.equal(ownCommand({ PATH: ours }), 'cortex')
  for (const PATH of [foreign, `${foreign}:${ours}`, folder.path, ofNpx]) assert.match(ownCommand({ PATH }), /^npx --prefix \S+ cortex$/)
})
