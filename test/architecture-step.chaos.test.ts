import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import {
  catalogue,
  copyTree,
  events,
  generated,
  itself,
  itsTest,
  newFunction,
  newTest,
  phases,
  replaced,
  row,
  sentences,
} from './support/copied-tree.ts'
import { root } from './support/source-tree.ts'
import { git, temporaryFolder } from './support/temporary.ts'

const execute = promisify(execFile)

const untold = row.replace(/ {4}does: .*\n/, '')

/** The files in which the compiler finds a fault. */
const compilerNames = async (folder: string): Promise<string[]> => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = await execute(process.execPath, [compiler, '-p', '.', '--incremental', '--tsBuildInfoFile', 'it.tsbuildinfo'], {
    cwd: folder,
  }).catch((error: { stdout?: string }) => {
    if (typeof error.stdout !== 'string') throw error
    return { stdout: error.stdout }
  })
  return [...new Set(stdout.split('\n').flatMap((line) => /^(\S+\.ts)\(/.exec(line)?.[1] ?? []))]
}

test('a step between review and scan that is demanded and timed is a row, its events, its function and its test, and the compiler names what is missing', async () => {
  await using folder = await temporaryFolder()
  const at = folder.path
  await copyTree(at)
  replaced(at, phases, '  scanning: {', untold)
  assert.deepEqual(await compilerNames(at), [catalogue, sentences], 'a row that does not say what is done needs a sentence')
  replaced(at, phases, untold, row)
  assert.deepEqual(await compilerNames(at), [catalogue], 'the row alone')
  replaced(at, catalogue, "  'scan.passed': defineEvent({", events)
  assert.deepEqual(await compilerNames(at), [], 'the row and its events')
  writeFileSync(join(at, itself), newFunction)
  writeFileSync(join(at, itsTest), newTest)
  assert.deepEqual(await compilerNames(at), [])
  for (const writer of ['domain/events-document.ts', 'infra/app/config-example.ts'])
    await execute(process.execPath, [writer, '--write'], { cwd: at })
  await git(at, 'add', '--all')
  const touched = (await git(at, 'diff', '--cached', '--name-only')).split('\n')
  assert.deepEqual(touched.sort(), [...generated, phases, catalogue, itself, itsTest].sort())
  const tests = globSync(
    ['domain', 'functions', 'gateway', 'infra/config'].map((place) => `test/${place}/**/*.test.ts`),
    { cwd: at },
  )
  const pure = tests.filter((file) => !file.endsWith('.int.test.ts'))
  // Without the word that it is a part of another run it tells in text what failed.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
  await execute(process.execPath, ['--test', '--test-isolation=none', ...pure], { cwd: at, env, maxBuffer: 1 << 26 }).catch(
    ({ stdout }: { stdout: string }) =>
      assert.fail(
        stdout
          .split('\n')
          .filter((line) => /^\s*(✖|not ok)/.test(line))
          .join('\n'),
      ),
  )
})
