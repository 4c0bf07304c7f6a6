import assert from 'node:assert/strict'
import { chmod, rm } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { LearnedRule } from '../../../functions/verification/scan-ports.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createGit } from '../../../infra/git/git.ts'
import { runProcess } from '../../../infra/processes/processes.ts'
import { scanArguments } from '../../../infra/semgrep/program.ts'
import { readScan } from '../../../infra/semgrep/report.ts'
import { mayApply, mayBlock } from '../../../infra/semgrep/rules.ts'
import { createSemgrep } from '../../../infra/semgrep/semgrep.ts'
import { cachedSemgrep, cacheFolder, findOnPath } from '../../../infra/setup/cache.mjs'
import { makeRepository, temporaryFolder, writeFiles } from '../../support/temporary.ts'

const rule = (severity: string) => `rules:
  - id: no-eval
    languages: [javascript]
    severity: ${severity}
    message: eval runs anything
    pattern: eval(...)
`
/** A rule of every kind that rules mostly are. */
const rulesOfAllKinds = `${rule('ERROR')}
  - id: no-secret-in-log
    languages: [javascript]
    severity: WARNING
    message: $NAME is logged
    patterns:
      - pattern: console.log($NAME)
      - metavariable-regex:
          metavariable: $NAME
          regex: .*secret.*
      - pattern-not: console.log(fine)
  - id: no-command-of-a-request
    mode: taint
    languages: [python]
    severity: ERROR
    message: a request becomes a command
    pattern-sources:
      - pattern: flask.request.args[...]
    pattern-sinks:
      - pattern: os.system(...)
  - id: no-password
    languages: [go]
    severity: INFO
    message: a password in the code
    pattern: password := "..."
`
const signal = new AbortController().signal
const cache = cacheFolder(process.env)
const semgrep = findOnPath('semgrep', process.env) ?? cachedSemgrep(cache)
const skip = semgrep ? false : 'semgrep is not installed'

async function given(
  files: Record<string, string>,
  command = 'semgrep',
  env: Record<string, string | undefined> = process.env,
  more: object = {},
) {
  const folder = await temporaryFolder()
  const repo = path.join(folder.path, 'repo')
  const sha = await makeRepository(repo, files)
  const { projects, semgrep: config } = ConfigSchema.parse({
    projects: { demo: { path: 'repo' } },
    semgrep: { command, own: false, ...more },
  })
  const git = createGit({
    projects,
    cacheDir: path.join(folder.path, 'cache'),
    configDir: folder.path,
    env: process.env,
    log: { warn: () => undefined },
  })
  await git.resolve('demo')
  const tree = await git.worktree({ project: 'demo', sha, key: 'scan' })
  const base = await git.worktree({ project: 'demo', sha, key: 'rules' })
  const service = createSemgrep({
    config,
    cacheDir: env === process.env ? cache : path.join(folder.path, 'none'),
    dataDir: path.join(folder.path, 'data'),
    env,
  })
  const scan = (changedFiles: string[] = [], learned: readonly LearnedRule[] = []) =>
    service.scan({ path: tree.path, rulesFrom: base.path, changedFiles, learned, timeoutMs: 60_000, signal })
  const hold = (learned: readonly LearnedRule[], changedFiles: string[]) =>
    service.scan({ path: tree.path, learned, changedFiles, timeoutMs: 60_000, signal })
  return { scan, hold, tree, base, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test('the worktree is scanned with the rules of the base, whatever git ignores or does not know', { skip }, async () => {
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': '\neval(x)\n', '.gitignore': 'b.js\n' })
  await writeFiles(setting.tree.path, { 'b.js': 'eval(y)\n' })
  const result = await setting.scan(['.semgrep/rules.yml', 'a.js'])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(
    result.findings.sort((a, b) => a.line - b.line).map(({ rule: id, file, line, severity }) => ({ id, file, line, severity })),
    [
      { id: 'no-eval', file: 'b.js', line: 1, severity: 'ERROR' },
      { id: 'no-eval', file: 'a.js', line: 2, severity: 'ERROR' },
    ],
  )
  assert.match(result.warnings[0] ?? '', /touches the rules.*\.semgrep\/rules\.yml/)
  assert.match(result.version, /^\d+\.\d+/)
  assert.match(result.rulesVersion, /^[0-9a-f]{64}$/)
})

const learnedRule: LearnedRule = {
  rule: 'forge-a',
  name: 'chum-fractions',
  yaml: 'rules:\n  - id: chum-fractions\n    languages: [javascript]\n    severity: WARNING\n    message: fractions drift\n    pattern: parseFloat(...)\n',
  blocks: false,
}

test('without rules of a base a change is held against the learned ones alone', { skip }, async () => {
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': 'eval(x)\nparseFloat(y)\n' }, 'semgrep', process.env, {
    own: true,
  })
  await writeFiles(setting.tree.path, { '.semgrep/new.yml': 'rules: [{id: unreadable}]\n' })
  const result = await setting.hold([learnedRule], ['a.js', '.semgrep/new.yml'])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(
    result.findings.map(({ rule: id, learned, file, line }) => ({ id, learned, file, line })),
    [{ id: 'chum-fractions', learned: 'forge-a', file: 'a.js', line: 2 }],
  )
  assert.match(JSON.stringify(await setting.hold([learnedRule], ['.semgrep/new.yml'])), /"skipped".*No rule looks at what was changed/)
})

test('without semgrep learned rules alone are held against nothing, and that is told as a failure', async () => {
  await using setting = await given({ 'a.js': '1\n' }, 'semgrep', { PATH: '/nowhere' })
  assert.match(JSON.stringify(await setting.hold([learnedRule], ['a.js'])), /"failed","class":"missing".*no learned rule was held/)
})

const broken = 'rules:\n  - id: broken\n    languages: [javascript]\n    message: m\n    severity: ERROR\n'

test('where no rule can be read nothing was judged, and that is not the fault of the change', { skip }, async () => {
  await using setting = await given({ '.semgrep/rules.yml': broken, 'a.js': '1\n' })
  const result = await setting.scan()
  assert.ok(result.outcome === 'failed', JSON.stringify(result))
  assert.equal(result.class, 'infrastructure')
  assert.match(result.reason, /exit code 7/)
})

test('nothing that the change brings keeps its code from being scanned', { skip }, async () => {
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': '1\n' })
  const long = `/*${'nothing '.repeat(140_000)}*/\n`
  await writeFiles(setting.tree.path, {
    '.semgrep/rules.yml': rule('ERROR').replace('eval(...)', 'nothing(...)'),
    '.semgrepignore': '*.js\n',
    'src/.semgrepignore': '*\n',
    'comment.js': 'eval(x) // nosemgrep\n',
    'src/ignored.js': 'eval(x)\n',
    'node_modules/a/index.js': 'eval(x)\n',
    'vendor/b.js': 'eval(x)\n',
    'tests/c.js': 'eval(x)\n',
    'dist/d.min.js': 'var a=1;eval(x)\n',
    'large.js': `${long}eval(x)\n`,
  })
  const result = await setting.scan(['.semgrep/rules.yml'])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(result.findings.map(({ rule: id, file }) => `${id} ${file}`).sort(), [
    'no-eval comment.js',
    'no-eval dist/d.min.js',
    'no-eval large.js',
    'no-eval node_modules/a/index.js',
    'no-eval src/ignored.js',
    'no-eval tests/c.js',
    'no-eval vendor/b.js',
  ])
  assert.match(result.warnings[0] ?? '', /was scanned with those from before it/)
})

test('no rules is skipped with the reason; rules and no semgrep are a failure, unless the operator lets it pass', async () => {
  const nowhere = { PATH: '/nowhere' }
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': '1\n' }, 'semgrep', nowhere)
  assert.match(JSON.stringify(await setting.scan()), /"failed","class":"missing".*semgrep is not installed: 1 rule file/)
  await using lenient = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': '1\n' }, 'semgrep', nowhere, { required: false })
  assert.match(JSON.stringify(await lenient.scan()), /"skipped".*semgrep is not installed: 1 rule file/)
  await rm(path.join(setting.base.path, '.semgrep'), { recursive: true })
  assert.match(JSON.stringify(await setting.scan()), /"skipped".*no rules in \.semgrep/)
})

test('only exit codes 0 and 1 with readable JSON are a scan', () => {
  const stdout = JSON.stringify({
    results: [{ check_id: 'semgrep.sub.r', path: 'a', start: { line: 3 }, extra: { message: ' m ', severity: 'WARNING' } }],
    errors: [],
  })
  assert.deepEqual(readScan({ exitCode: 1, stdout, stderr: '' }, '.semgrep'), [
    { rule: 'sub.r', file: 'a', line: 3, message: 'm', severity: 'WARNING' },
  ])
  for (const exitCode of [2, 4, 5, 7, 8, 13, 99, null])
    assert.equal(typeof readScan({ exitCode, stdout, stderr: '' }, '.semgrep'), 'string')
  for (const text of ['', '{', '[]', '{"results":1}'])
    assert.equal(typeof readScan({ exitCode: 0, stdout: text, stderr: 'why' }, '.semgrep'), 'string')
})

test('a scanner of another name is used when it is configured', async () => {
  await using folder = await temporaryFolder()
  const program = path.join(folder.path, 'othergrep')
  await writeFiles(folder.path, {
    othergrep: '#!/bin/sh\necho \'{"version":"9.9","results":[],"errors":[{"message":"half parsed"}]}\'\n',
  })
  await chmod(program, 0o755)
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR') }, 'othergrep', { PATH: `${folder.path}:/usr/bin:/bin` })
  const result = await setting.scan()
  assert.ok(result.outcome === 'scanned')
  assert.deepEqual([result.findings, result.warnings, result.version], [[], ['half parsed'], '9.9'])
})

test('the native front end finds what the other one finds, where it is used', { skip }, async () => {
  await using setting = await given({
    '.semgrep/rules.yml': rulesOfAllKinds,
    'pattern.js': 'eval(input)\nconst fine = evaluate(input)\nconsole.log(secret_key)\n',
    'taint.py':
      'import os\nfrom flask import request\n\ndef run():\n    command = request.args["c"]\n    os.system(command)\n    os.system("ls")\n',
    'main.go': 'package main\n\nimport "fmt"\n\nfunc main() {\n\tpassword := "hunter2"\n\tfmt.Println(password)\n}\n',
    'broken.js': 'function (\n',
    'odd name/ü.js': 'eval(x)\n',
  })
  await writeFiles(setting.tree.path, { '.semgrepignore': '' })
  const program = semgrep ?? ''
  const rules = path.join(setting.tree.path, '..', 'rules', '.semgrep')
  const found = async (front: 'native' | 'python') => {
    const argv = scanArguments(program, [rules], front)
    const run = await runProcess({ argv, cwd: setting.tree.path, env: { PATH: process.env['PATH'] ?? '' }, timeoutMs: 60_000 })
    const findings = readScan(run, rules)
    assert.ok(typeof findings !== 'string', String(findings))
    return findings.map(({ rule: id, file, line, severity, message }) => [id, file, line, severity, message].join(' ')).sort()
  }
  const native = await found('native')
  assert.deepEqual(native, await found('python'))
  assert.equal(native.length, 5, native.join('\n'))
})

test('no name of a file keeps it from being found under that name', { skip }, async () => {
  const names = ['a.min.js', 'a.min-shown.js', 'b.MIN.js', 'dist/c.min-shown.js', 'x"y.js', 'x\ny.js', 'x\\y.js']
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': '1\n' })
  await writeFiles(setting.tree.path, Object.fromEntries(names.map((name) => [name, 'eval(x)\n'])))
  const result = await setting.scan(names)
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(result.findings.map(({ file }) => file).sort(), names.sort())
})

test('a broken rule of the base, and a broken file, are left out by name, and all others are used', { skip }, async () => {
  await using setting = await given(
    {
      '.semgrep/mixed.yml': `${broken}${rule('ERROR').split('\n').slice(1).join('\n')}`,
      '.semgrep/no.yaml': 'rules:\n  - id: [\n',
      'a.js': 'eval(x)\n',
    },
    'semgrep',
    process.env,
    { own: true },
  )
  const result = await setting.scan(['a.js'])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(result.leftOut.map(({ rule: name }) => name).sort(), ['broken', 'no.yaml'])
  assert.match(result.leftOut.find(({ rule: name }) => name === 'broken')?.reason ?? '', /Expected one of .pattern/)
  assert.deepEqual(result.findings.map(({ rule: name, own }) => [name, own]).sort(), [
    ['cortex-js-code-from-a-value', true],
    ['no-eval', undefined],
  ])
})

test('a rule that the change brings and that cannot be read is the change’s fault, although those of the base are used', {
  skip,
}, async () => {
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': '1\n' })
  await writeFiles(setting.tree.path, { '.semgrep/new.yml': broken, '.semgrep/good.yml': rule('WARNING') })
  const result = await setting.scan(['.semgrep/new.yml', '.semgrep/good.yml'])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(
    result.findings.map(({ rule: name, file, severity }) => [name, file, severity]),
    [['broken-rule', '.semgrep/new.yml', 'ERROR']],
  )
  assert.match(result.findings[0]?.message ?? '', /^broken cannot be read by semgrep: /)
})

test('semgrep is not started where no rule looks at what was changed', async () => {
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': '1\n' }, 'semgrep', { PATH: '/nowhere' })
  assert.match(
    JSON.stringify(await setting.scan(['README.md', 'logo.png'])),
    /"skipped","reason":"No rule looks at what was changed: README\.md, logo\.png/,
  )
  assert.match(JSON.stringify(await setting.scan(['src/b.ts'])), /"missing"/)
  assert.match(JSON.stringify(await setting.scan(['tool'])), /"missing"/)
})

test('a rule of a language that is not known here, or of none, may look at everything', () => {
  const may = (languages: string, file: string): boolean =>
    mayApply([{ path: 'r.yml', text: `rules:\n  - id: x\n    ${languages}\n` }], [file])
  assert.deepEqual(
    [may('languages: [python]', 'a.js'), may('languages:\n      - python\n      - "go"', 'a.go'), may('languages: [cobol]', 'a.js')],
    [false, true, true],
  )
  assert.deepEqual([may('languages: [generic]', 'a.md'), may('message: m', 'a.md')], [true, true])
  const include = 'languages: [regex]\n    paths:\n      include: ["*.sh", ".github/workflows/*.yml"]'
  assert.deepEqual([may(include, 'src/a.sh'), may(include, '.github/workflows/ci.yml'), may(include, 'a.yml')], [true, true, false])
})

test('without rules of its own a repository is scanned with ours, and a machine without semgrep says that it was not', {
  skip,
}, async () => {
  await using setting = await given({ 'a.js': 'eval(x)\n' }, 'semgrep', process.env, { own: true })
  const result = await setting.scan(['a.js'])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(
    result.findings.map(({ rule: name, own }) => [name, own]),
    [['cortex-js-code-from-a-value', true]],
  )
  await using bare = await given({ 'a.js': 'eval(x)\n' }, 'semgrep', { PATH: '/nowhere' }, { own: true })
  assert.match(JSON.stringify(await bare.scan(['a.js'])), /"skipped","reason":"semgrep is not installed: Cortex's own rules were not used/)
})

const unparseable = "import defer * as x from './x.js'\nconst o = { a: 1, #b: 2 @@@ ;\nfunction g(v) { return eval(v) }\n"
const half = "import source s from './s.wasm'\nexport const f = (v) => eval(v)\n"

test('a changed file of which nothing can be parsed is told, one that is parsed in part is scanned', { skip }, async () => {
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'old.js': unparseable })
  await writeFiles(setting.tree.path, { 'a.js': unparseable, 'b.min.js': unparseable, 'half.js': half, 'notes.txt': unparseable })
  const result = await setting.scan(['a.js', 'b.min.js', 'half.js', 'notes.txt'])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(result.unparsed.map(({ file }) => file).sort(), ['a.js', 'b.min.js'])
  assert.match(result.unparsed[0]?.reason ?? '', /Syntax error/)
  assert.deepEqual(
    result.findings.map(({ file }) => file),
    ['half.js'],
  )
})

test('where no rule would block, or the operator wants it, what cannot be parsed is a warning alone', { skip }, async () => {
  for (const [severity, more] of [
    ['WARNING', {}],
    ['ERROR', { unparsed: 'name' }],
  ] as const) {
    await using setting = await given({ '.semgrep/rules.yml': rule(severity) }, 'semgrep', process.env, more)
    await writeFiles(setting.tree.path, { 'a.js': unparseable })
    const result = await setting.scan(['a.js'])
    assert.ok(result.outcome === 'scanned', JSON.stringify(result))
    assert.deepEqual(result.unparsed, [])
    assert.match(result.warnings.join(), /Syntax error/)
  }
})

test('a rule for another language, or for plain text, blocks nothing of a file that semgrep cannot parse', () => {
  const text = (languages: string, severity = 'ERROR') =>
    `rules:\n  - id: a\n    languages: [${languages}]\n    severity: ${severity}\n    pattern: x\n`
  const blocks = (languages: string, file: string, severity?: string) =>
    mayBlock([{ path: 'r.yml', text: text(languages, severity) }], file)
  assert.ok(blocks('javascript', 'a.js') && blocks('python', 'a.py', 'HIGH') && blocks('kotlin', 'a.kt'))
  assert.ok(!blocks('regex', 'a.yaml') && !blocks('generic', 'a.js') && !blocks('python', 'a.js') && !blocks('kotlin', 'a.js'))
  assert.ok(!blocks('javascript', 'a.js', 'WARNING'))
})

test('learned rules are held against a change beside those of the base: each finding says whose it is, and one that cannot be read stops nothing', {
  skip,
}, async () => {
  const code = 'eval(x)\nold(x)\nyoung(x)\n'
  await using setting = await given({ '.semgrep/rules.yml': rule('ERROR'), 'a.js': code })
  const learned = (name: string, pattern: string, blocks = true): LearnedRule => ({
    ...{ rule: `forge-${name}`, name, blocks },
    yaml: rule('WARNING').replace('no-eval', name).replace('eval(...)', pattern),
  })
  const noYaml = { ...learned('chum-none', 'x'), yaml: 'rules:\n  - id: chum-none\n   languages: [javascript\n' }
  const result = await setting.scan(
    ['a.js'],
    [
      noYaml,
      learned('chum-old', 'old(...)'),
      learned('chum-young', 'young(...)', false),
      { ...learned('chum-bad', 'x'), yaml: 'rules:\n  - id: chum-bad\n    languages: [javascript]\n    metavariable-pattern: {}\n' },
      learned('no-eval', 'eval(...)'),
    ],
  )
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual(result.findings.map(({ rule: id, line, severity, learned: of }) => [id, line, severity, of]).toSorted(), [
    ['chum-old', 2, 'ERROR', 'forge-chum-old'],
    ['chum-young', 3, 'WARNING', 'forge-chum-young'],
    ['no-eval', 1, 'ERROR', undefined],
  ])
  assert.deepEqual(
    result.learned.filter(({ broken }) => broken),
    [
      { rule: 'forge-chum-none', broken: true },
      { rule: 'forge-chum-bad', broken: true },
    ],
  )
  assert.equal(result.learned.length, 4, 'a rule that the base has is the base’s')
})

test('where a learned rule that cannot be read is all there is, the change is scanned and the rule is told', { skip }, async () => {
  await using setting = await given({ 'a.js': 'old(x)\n' })
  const broken = { rule: 'forge-a', name: 'chum-a', blocks: true, yaml: rule('ERROR').replace('eval(...)', 'foo(((') }
  const result = await setting.scan(['a.js'], [broken])
  assert.ok(result.outcome === 'scanned', JSON.stringify(result))
  assert.deepEqual([result.findings, result.learned], [[], [{ rule: 'forge-a', broken: true }]])
})
