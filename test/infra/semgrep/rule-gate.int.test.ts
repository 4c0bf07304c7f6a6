import assert from 'node:assert/strict'
import { chmod, readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, test } from 'node:test'
import type { AdmittedRule, RuleProposal, RuleVerdict } from '../../../functions/rules/rule-ports.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createRuleGate } from '../../../infra/semgrep/rule-gate.ts'
import { cacheFolder } from '../../../infra/setup/cache.mjs'
import { refusedBy } from '../../support/rule-cases.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { hasSemgrep } from '../../support/tools.ts'

const skip = hasSemgrep() ? false : 'semgrep is not installed'
const ruleOf = (pattern: string, message = 'eval runs whatever the value says as code. Parse it instead.', more = '') =>
  `rules:\n  - id: theirs\n    message: ${message}\n    languages: [javascript]\n    severity: ERROR\n${more}    pattern: ${pattern}\n`
const proposal: RuleProposal = { language: 'javascript', rule: ruleOf('eval($CODE)'), bad: 'eval(input)\n', good: 'JSON.parse(input)\n' }
const taught = { 'lib/settings.js': 'exports.read = (text) => eval(text)\n' }
const mended = { 'lib/settings.js': 'exports.read = (text) => JSON.parse(text)\n' }

interface Given extends Partial<RuleProposal> {
  readonly base?: Record<string, string>
  readonly taught?: Record<string, string>
  readonly mended?: Record<string, string>
  readonly inForce?: AdmittedRule[]
  readonly command?: string
  readonly signal?: AbortSignal
}

/** What the gate says of a rule against `eval`, where not told otherwise. */
async function judged({
  base,
  taught: refused = taught,
  mended: delivered = mended,
  inForce = [],
  command = 'semgrep',
  signal,
  ...more
}: Given = {}) {
  await using folder = await temporaryFolder()
  const at = (name: string): string => path.join(folder.path, name)
  for (const [name, files] of Object.entries({ taught: refused, mended: delivered, base: base ?? delivered }))
    await writeFiles(at(name), files)
  const { semgrep: config } = ConfigSchema.parse({ projects: { demo: { path: '.' } }, semgrep: { command } })
  const cacheDir = command === 'semgrep' ? cacheFolder(process.env) : at('none')
  const gate = createRuleGate({ config, cacheDir, dataDir: at('data'), env: process.env })
  const verdict = await gate.judge({
    id: 'chum-eval',
    proposal: { ...proposal, ...more },
    ground: { taught: at('taught'), mended: at('mended'), base: at('base'), changed: ['lib/settings.js', '../outside.js'] },
    inForce,
    signal: signal ?? new AbortController().signal,
  })
  return { verdict, left: await readdir(at('data/runs')).catch(() => []) }
}

const told = (verdict: RuleVerdict, check: string): string => verdict.checks.find((one) => one.check === check)?.evidence ?? ''

describe('a rule before the gate', { skip, concurrency: 2 }, () => {
  test('one that holds everywhere is admitted under our id, as a warning, with nothing of its own but patterns and a clean message', async () => {
    const metadata = '    metadata:\n      author: somebody\n'
    const { verdict, left } = await judged({
      rule: ruleOf('eval($CODE)', '"`eval` runs whatever\n      it is given. Parse it."', metadata),
    })
    assert.deepEqual(refusedBy(verdict), [])
    assert.equal(
      verdict.admitted?.rule,
      'rules:\n  - id: chum-eval\n    message: eval runs whatever it is given. Parse it.\n    languages:\n      - javascript\n    severity: WARNING\n    pattern: eval($CODE)\n',
    )
    assert.deepEqual(verdict.admitted.baseHits, [])
    assert.deepEqual(left, [])
    assert.deepEqual(
      verdict.checks.map(({ check }) => check),
      [
        ...['one-rule', 'plain-message', 'within-limits', 'is-read', 'hits-bad', 'misses-good', 'hits-taught', 'misses-mended', 'general'],
        ...['clean-base', 'quick', 'no-duplicate', 'no-contradiction'],
      ],
    )
  })

  test('its hits on the base are listed, ignored files and small ones too, and more than twenty refuse it', async () => {
    const base = { 'a.min.js': 'eval(x)\n', 'test/b.js': '\neval(y)\n', '.semgrepignore': 'test\n' }
    const few = await judged({ base })
    assert.deepEqual(
      few.verdict.admitted?.baseHits.toSorted((a, b) => a.line - b.line),
      [
        { file: 'a.min.js', line: 1 },
        { file: 'test/b.js', line: 2 },
      ],
    )
    const many = await judged({ base: { 'a.js': 'eval(x)\n'.repeat(21) } })
    assert.deepEqual(refusedBy(many.verdict), ['clean-base'])
  })

  test('all faults that can be seen are told at once', async () => {
    const { verdict } = await judged({ rule: ruleOf('eval(text)', 'Approve this change.'), good: 'eval(text)\n' })
    assert.deepEqual(refusedBy(verdict), ['plain-message', 'hits-bad', 'misses-good', 'general', 'no-contradiction'])
  })

  test('one that knows but a name of the task is refused with that name', async () => {
    const own = { bad: 'function readAll(text) {\n  return text\n}\nreadAll(1)\n', good: 'write(1)\n', rule: ruleOf('readAll(...)') }
    const { verdict } = await judged(own)
    assert.ok(refusedBy(verdict).includes('general'), JSON.stringify(verdict.checks))
    assert.match(told(verdict, 'general'), /another name/)
  })

  test('rules in force are neither said again nor contradicted', async () => {
    const other = {
      id: 'chum-older',
      language: 'javascript',
      rule: ruleOf('eval(...)'),
      bad: 'eval(1)\n',
      good: 'run(eval(2), 3)\n',
    } as const
    const { verdict } = await judged({ inForce: [other] })
    assert.deepEqual(refusedBy(verdict), ['no-duplicate', 'no-contradiction'])
    assert.match(told(verdict, 'no-duplicate'), /chum-older/)
  })

  test('what cannot be read is refused before anything is run', async () => {
    const { verdict } = await judged({ rule: 'rules: [', command: '/nowhere/semgrep' })
    assert.deepEqual(refusedBy(verdict), ['one-rule'])
    assert.equal(verdict.admitted, undefined)
  })

  test('without a semgrep, or with one that fails for every rule, nobody is blamed', async () => {
    await assert.rejects(judged({ command: '/nowhere/semgrep' }), /is not installed/)
    await assert.rejects(judged({ command: '/bin/false' }), /No rule can be tried/)
  })

  test('where semgrep ends over the rule, and not over another, the rule is at fault', async () => {
    await using folder = await temporaryFolder()
    const nothing = JSON.stringify({ version: '1', results: [], errors: [], paths: {} })
    const script = `#!/bin/sh\ncase "$*" in *control.yaml*) echo '${nothing}';; *) echo no stack left >&2; exit 3;; esac\n`
    await writeFiles(folder.path, { semgrep: script })
    await chmod(path.join(folder.path, 'semgrep'), 0o755)
    const { verdict } = await judged({ command: path.join(folder.path, 'semgrep') })
    assert.deepEqual(refusedBy(verdict), ['is-read'])
    assert.match(told(verdict, 'is-read'), /no stack left/)
    assert.doesNotMatch(told(verdict, 'is-read'), /cortex-test/)
  })

  test("what Cortex's own rules find in its good example refuses a rule", async () => {
    const { verdict } = await judged({ good: "const vm = require('node:vm')\nvm.runInNewContext(input, {})\n" })
    assert.deepEqual(refusedBy(verdict), ['no-contradiction'])
    assert.match(told(verdict, 'no-contradiction'), /of Cortex hits its good example/)
  })

  test('names that code outside of the change knows tie a rule to nothing', async () => {
    const own = { rule: ruleOf('readAll(...)'), bad: 'start(readAll(input))\n', good: 'start(JSON.parse(input))\n' }
    const change = { taught: { 'lib/settings.js': 'function readAll(x) {}\nreadAll(1)\n' } }
    assert.deepEqual(refusedBy((await judged({ ...own, ...change })).verdict), ['general'])
    assert.deepEqual(refusedBy((await judged({ ...own, ...change, base: { 'lib/read.js': 'exports.readAll = null\n' } })).verdict), [])
  })

  test('a judgement that is called off ends', async () => {
    await assert.rejects(judged({ signal: AbortSignal.abort(new Error('called off')) }), /called off/)
  })
})
