import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runFiles } from './run-files.ts'
import { addFinished } from './tally.ts'
import { root } from './tiers.ts'

/**
 * Runs files of a tier in this one process and sends the tally to the process that forked it: `one-process.ts <tier> <ms a test> <file>...`.
 * What a file changes for those after it (environment, folder, clock, globals) would make tests depend on their order, so it fails here,
 * by name.
 */

const [name = '', timeout = '', ...files] = process.argv.slice(2)
/** The runner's number of this process, and what sharp sets for its library. */
const notOurs = ['NODE_TEST_WORKER_ID', 'VIPSHOME']
const state = (): Record<string, unknown> => ({
  ...process.env,
  'the current folder': process.cwd(),
  ...{ Date, setTimeout, setInterval, setImmediate, fetch, 'Math.random': Math.random, 'process.exit': process.exit },
})

const before = state()
const tally = await runFiles(name, { files: () => files, timeout: Number(timeout), concurrency: 'one process' }, process.stdout)
const after = state()
// The runner says nothing of a file that declared a test and then threw.
for (const file of files)
  await import(pathToFileURL(join(root, file)).href).catch((error: unknown) => {
    const name = `${file} was not read to its end: ${error}`
    if (!tally.failed.some(({ place }) => place === file)) addFinished(tally, { name, place: file, passed: false })
  })
const changed = Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key] && !notOurs.includes(key))
if (changed.length > 0) addFinished(tally, { name: `a file of ${name} leaves behind: ${changed.join(', ')}`, place: name, passed: false })
process.send?.(tally)
