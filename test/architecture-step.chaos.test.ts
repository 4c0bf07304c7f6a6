import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { rooms, root } from './support/source-tree.ts'
import { git, temporaryFolder } from './support/temporary.ts'

const execute = promisify(execFile)

/** What somebody writes who wants a step between the review and the scan: five files, one of them generated. */
const row = `  licensing: {
    status: 'in_progress',
    label: 'Checking licences',
    stay: 'Licences',
    tone: 'work',
    place: 'holds',
    listener: 'check-licences',
    check: 'licence',
    name: 'licence check',
    does: 'the licences of the change are checked',
  },
  scanning: {`

const events = `  'licence.passed': defineEvent({
    summary: 'Every licence that the change brings is allowed.',
    remembered: true,
    data: z.object({ attempt: Attempt }),
    words: () => 'every licence is allowed',
  }),
  'licence.failed': defineEvent({
    summary: 'The change brings a licence that is not allowed.',
    remembered: true,
    data: z.object({ attempt: Attempt, class: FailureClass, findings: z.array(Finding), reason: z.string() }),
    words: ({ reason }) => reason,
  }),
  'scan.passed': defineEvent({`

const newFunction = `import { beginsOn } from '../../domain/phases.ts'
import { defineFunction } from '../define-function.ts'

/** Lets every change through that brings no file called LICENCE. */
export default defineFunction({
  on: [beginsOn('licence'), 'attempt.started'],
  emits: ['licence.passed', 'licence.failed'],
  timeout: '1m',
  retry: { attempts: 2, backoff: ['2s'] },
  handler: async ({ event, state, say }) => {
    const { attempt } = event.data
    if (event.type === 'attempt.started' && event.data.recheck !== 'licence') return []
    const { head } = await state()
    if (!head?.files.includes('LICENCE')) return [say('licence.passed', { attempt })]
    const problem = 'the change touches LICENCE'
    return [say('licence.failed', { attempt, class: 'test_failure', findings: [{ from: 'licence', problem }], reason: problem })]
  },
})
`

const newTest = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import checkLicences from '../../../functions/verification/check-licences.ts'
import scanCode from '../../../functions/verification/scan-code.ts'
import { attempt, fact, passed, reviewing, written } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const allowed = fact('licence.passed', { attempt: attempt() })

test('a change without a licence goes on', () => given(reviewing()).when(passed()).of(checkLicences).then('licence.passed'))

test('a licence of its own closes the round', () =>
  given(reviewing(), written({ files: ['LICENCE'] }))
    .when(passed())
    .of(checkLicences)
    .then('licence.failed', { reason: 'the change touches LICENCE' }))

test('reviewed work is checked for licences, and only then scanned', () => {
  assert.equal(given(reviewing(), passed()).task().phase, 'licensing')
  assert.equal(given(reviewing(), passed(), allowed).task().phase, 'scanning')
  assert.ok(scanCode.on.includes('licence.passed') && !scanCode.on.includes('review.passed'))
})
`

const phases = 'domain/phases.ts'
const catalogue = 'domain/catalogue/checks.ts'
const itself = 'functions/verification/check-licences.ts'
const itsTest = 'test/functions/verification/check-licences.test.ts'

/** The tree as it stands here, in a repository of its own. */
const copyTree = async (folder: string): Promise<void> => {
  for (const place of [...rooms, 'test', 'package.json', 'tsconfig.json', 'cortex.example.toml', 'cortex.schema.json'])
    cpSync(join(root, place), join(folder, place), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n*.tsbuildinfo\n')
  await git(folder, 'init', '--quiet')
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--message', 'before')
}

const replaced = (folder: string, file: string, from: string, to: string): void => {
  const text = readFileSync(join(folder, file), 'utf8')
  assert.equal(text.split(from).length, 2, `${file} has ${JSON.stringify(from)} once`)
  writeFileSync(join(folder, file), text.replace(from, to))
}

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

test('a step between review and scan is a row, its events, its function and its test, and the compiler names what is missing', async () => {
  await using folder = await temporaryFolder()
  const at = folder.path
  await copyTree(at)
  replaced(at, phases, '  scanning: {', row)
  // Whoever reads the checks' facts waits for them too; what is missing stands in one place.
  assert.ok((await compilerNames(at)).includes(catalogue), 'the row alone')
  replaced(at, catalogue, "  'scan.passed': defineEvent({", events)
  assert.deepEqual(await compilerNames(at), [], 'the row and its events')
  writeFileSync(join(at, itself), newFunction)
  writeFileSync(join(at, itsTest), newTest)
  assert.deepEqual(await compilerNames(at), [])
  await execute(process.execPath, ['domain/events-document.ts', '--write'], { cwd: at })
  await git(at, 'add', '--all')
  const touched = (await git(at, 'diff', '--cached', '--name-only')).split('\n')
  assert.deepEqual(touched.sort(), ['domain/EVENTS.md', phases, catalogue, itself, itsTest].sort())
  const tests = globSync(['test/domain/**/*.test.ts', 'test/functions/**/*.test.ts', 'test/gateway/**/*.test.ts'], { cwd: at })
  const pure = tests.filter((file) => !file.endsWith('.int.test.ts'))
  await execute(process.execPath, ['--test', '--test-isolation=none', ...pure], { cwd: at, maxBuffer: 1 << 26 }).catch(
    ({ stdout }: { stdout: string }) =>
      assert.fail(
        stdout
          .split('\n')
          .filter((line) => line.startsWith('✖'))
          .join('\n'),
      ),
  )
})
