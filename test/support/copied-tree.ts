import assert from 'node:assert/strict'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rooms, root } from './source-tree.ts'
import { git } from './temporary.ts'

/** What somebody writes who wants a step between the review and the scan, with all that a row can say: seven files, three of them generated. */
export const row = `  licensing: {
    status: 'in_progress',
    label: 'Checking licences',
    stay: 'Licences',
    tone: 'work',
    place: 'holds',
    listener: 'check-licences',
    check: 'licence',
    name: 'licence check',
    timeout: '1m',
    demanded: true,
    does: 'the licences of the change are checked',
  },
  scanning: {`

export const events = `  'licence.passed': defineEvent({
    summary: 'Every licence that the change brings is allowed.',
    remembered: true,
    data: z.object({ attempt: Attempt, saw: Saw, licences: z.int() }),
    words: ({ licences }) => (licences === 0 ? 'it brings no licence' : 'every licence is allowed'),
  }),
  'licence.failed': defineEvent({
    summary: 'The change brings a licence that is not allowed.',
    remembered: true,
    data: z.object({ attempt: Attempt, class: FailureClass, findings: z.array(Finding), reason: z.string() }),
    words: ({ reason }) => reason,
  }),
  'scan.passed': defineEvent({`

export const newFunction = `import { beginsOn } from '../../domain/phases.ts'
import { defineFunction } from '../define-function.ts'

/** Lets every change through that brings no file called LICENCE. */
export default defineFunction({
  on: [beginsOn('licence'), 'attempt.started'],
  emits: ['licence.passed', 'licence.failed'],
  timeout: '10m',
  within: ['licence'],
  retry: { attempts: 2, backoff: ['2s'] },
  handler: async ({ event, state, say, blobs, services }) => {
    const { attempt } = event.data
    if (event.type === 'attempt.started' && event.data.recheck !== 'licence') return []
    const { routed, head } = await state()
    const about = { project: routed!.project!, sha: head!.sha }
    await services.git.adopt({ project: about.project, headSha: about.sha, bundle: () => blobs.bytes(head!.bundle) })
    const saw = { sha: about.sha, tree: await services.git.tree(about) }
    if (!head!.files.includes('LICENCE')) return [say('licence.passed', { attempt, saw, licences: 0 })]
    const problem = 'the change touches LICENCE'
    return [say('licence.failed', { attempt, class: 'test_failure', findings: [{ from: 'licence', problem }], reason: problem })]
  },
})
`

export const newTest = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import checkLicences from '../../../functions/verification/check-licences.ts'
import scanCode from '../../../functions/verification/scan-code.ts'
import { roundsOf } from '../../../gateway/surfaces/page/rounds.ts'
import { roundsView } from '../../../gateway/surfaces/page/rounds-view.ts'
import { attempt, fact, HEAD, passed, reviewing, scanned, TREE, written } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { factsOf } from '../../support/stories.ts'
import { gitWith } from '../../support/stubs.ts'

const saw = { sha: HEAD, tree: TREE }
const allowed = fact('licence.passed', { attempt: attempt(), saw, licences: 0 })
const services = { git: gitWith() }

test('a change without a licence goes on', () =>
  given(reviewing()).when(passed(), { services }).of(checkLicences).then('licence.passed', { saw }))

test('a licence of its own closes the round', () =>
  given(reviewing(), written({ files: ['LICENCE'] }))
    .when(passed(), { services })
    .of(checkLicences)
    .then('licence.failed', { reason: 'the change touches LICENCE' }))

test('the page shows it under its name, between the review and the scan', () => {
  const rounds = roundsOf(factsOf([reviewing(), passed(), allowed, scanned()]))
  const page = String(roundsView({ id: 'task-1', rounds, logs: [] }))
  assert.match(page, /Review[\\s\\S]*Licence check[\\s\\S]*it brings no licence[\\s\\S]*Scan/)
})

test('reviewed work is checked for licences, and only then scanned', () => {
  assert.equal(given(reviewing(), passed()).task().phase, 'licensing')
  assert.equal(given(reviewing(), passed(), allowed).task().phase, 'scanning')
  assert.ok(scanCode.on.includes('licence.passed') && !scanCode.on.includes('review.passed'))
})
`

export const phases = 'domain/phases.ts'
export const sentences = 'domain/words/why-waiting.ts'
export const catalogue = 'domain/catalogue/checks.ts'
export const itself = 'functions/verification/check-licences.ts'
export const itsTest = 'test/functions/verification/check-licences.test.ts'
/** What the tree's own programs write anew. */
export const generated = ['domain/EVENTS.md', 'cortex.example.toml', 'cortex.schema.json']

/** The tree as it stands here, in a repository of its own. */
export const copyTree = async (folder: string): Promise<void> => {
  for (const place of [...rooms, 'test', 'package.json', 'tsconfig.json', 'cortex.example.toml', 'cortex.schema.json'])
    cpSync(join(root, place), join(folder, place), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n*.tsbuildinfo\n')
  await git(folder, 'init', '--quiet')
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--message', 'before')
}

export const replaced = (folder: string, file: string, from: string, to: string): void => {
  const text = readFileSync(join(folder, file), 'utf8')
  assert.equal(text.split(from).length, 2, `${file} has ${JSON.stringify(from)} once`)
  writeFileSync(join(folder, file), text.replace(from, to))
}

/** A copy of the tree with the step in it, as a program of its own version; not demanded, or tasks that are beyond it would go to a person. */
export const copyNewer = async (folder: string, version: string): Promise<void> => {
  await copyTree(folder)
  replaced(folder, phases, '  scanning: {', row.replace('    demanded: true,\n', ''))
  replaced(folder, catalogue, "  'scan.passed': defineEvent({", events)
  writeFileSync(join(folder, itself), newFunction)
  const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...description, version }))
}
