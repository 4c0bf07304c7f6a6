import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProcess } from '../../../infra/processes/processes.ts'
import { git, makeRepository, temporaryFolder, writeFiles } from '../../support/temporary.ts'

const program = fileURLToPath(new URL('../../../infra/agents/scripted.mjs', import.meta.url))

async function ask(role: string, prompt: string, cwd = '/') {
  const run = await runProcess({ argv: [process.execPath, program, role], cwd, env: {}, stdin: prompt, timeoutMs: 10_000 })
  const output = JSON.parse(run.stdout)
  return { ...output, exitCode: run.exitCode, stderr: run.stderr }
}

const task =
  'Mend the sum\nIn `sum.js`, replace `a - b` with `a + b`. Create `NOTES.md` with `Sums\\nadd.`. If told `missing header`, in `sum.js`, replace `function` with `// header\\nfunction`.'

test('a task is planned from its sentences, with a criterion for each plain change', async () => {
  const { structured, result, usage, exitCode } = await ask('plan', `Plan this.\n<task>\n${task}\n</task>`)
  assert.equal(exitCode, 0)
  assert.deepEqual(structured.files_to_modify, ['sum.js', 'NOTES.md'])
  assert.deepEqual(structured.acceptance_criteria, ['`sum.js` contains `a + b`', '`NOTES.md` contains `Sums\\nadd.`'])
  assert.equal(structured.steps.length, 3)
  assert.deepEqual(Object.keys(structured).sort(), [
    'acceptance_criteria',
    'estimated_complexity',
    'files_to_modify',
    'risk_assessment',
    'steps',
    'summary',
  ])
  assert.deepEqual(JSON.parse(result), structured)
  assert.ok(usage.input_tokens > 10 && usage.estimated)
})

test('expectations that are stated are the criteria; the task may be JSON', async () => {
  const description = `${task} Expect \`sum.js\` to contain \`header\`.`
  const { structured } = await ask('plan', `<task>${JSON.stringify({ title: 'T', description })}</task>`)
  assert.deepEqual(structured.acceptance_criteria, ['`sum.js` contains `header`'])
})

test('what it does not understand is said in words and exit code 1', async () => {
  const { error, exitCode, stderr } = await ask('plan', '<task>Make it faster</task>')
  assert.equal(exitCode, 1)
  assert.match(error, /holds no sentence.*In `file`, replace/)
  assert.match(stderr, /holds no sentence/)
  assert.equal((await ask('implement', 'hello')).exitCode, 1)
  assert.equal((await ask('review', '<criteria>[</criteria>')).exitCode, 1)
  assert.equal((await ask('dance', '')).exitCode, 1)
})

async function given() {
  const folder = await temporaryFolder()
  const repo = path.join(folder.path, 'repo')
  await makeRepository(repo, { 'sum.js': 'export function sum(a, b) {\n  return a - b\n}\n' })
  const { structured: plan } = await ask('plan', `<task>${task}</task>`)
  const implement = (feedback: unknown = [], ours = plan) =>
    ask('implement', `<plan>\n${JSON.stringify(ours)}\n</plan>\n<feedback>\n${JSON.stringify(feedback)}\n</feedback>`, repo)
  const review = async (criteria = plan.acceptance_criteria) => {
    await git(repo, 'add', '--all')
    const diff = await git(repo, 'diff', '--cached', 'HEAD')
    const prompt = `<criteria>${JSON.stringify(criteria)}</criteria>\n<plan>${JSON.stringify(plan)}</plan>\n<diff>\n${diff}\n</diff>\n`
    return (await ask('review', prompt)).structured
  }
  return {
    repo,
    plan,
    implement,
    review,
    read: (file: string) => readFile(path.join(repo, file), 'utf8'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test('without feedback the plain sentences are done, the review of it passes', async () => {
  await using setting = await given()
  const { result, stderr } = await setting.implement()
  assert.match(result, /2 of 2 sentences done/)
  assert.match(stderr, /scripted: In `sum.js`/)
  assert.equal(await setting.read('sum.js'), 'export function sum(a, b) {\n  return a + b\n}\n')
  assert.equal(await setting.read('NOTES.md'), 'Sums\nadd.\n')
  assert.deepEqual(await setting.review(), { approved: true, findings: [] })
})

test('with feedback the sentences it names are done, and plain ones still undone; nothing is done twice', async () => {
  await using setting = await given()
  await setting.implement()
  const { result } = await setting.implement([{ criterion: 'c', problem: 'Missing Header in sum.js', suggestion: 's' }])
  assert.match(result, /Done: If told/)
  assert.equal(await setting.read('sum.js'), 'export // header\nfunction sum(a, b) {\n  return a + b\n}\n')
  await writeFiles(setting.repo, { 'sum.js': 'return a - b' })
  await setting.implement([{ problem: 'wrong' }])
  assert.equal(await setting.read('sum.js'), 'return a + b')
})

test('files outside the work, by path or by link, are not touched', async () => {
  await using setting = await given()
  await mkdir(path.join(setting.repo, '..', 'outside'))
  await symlink('../outside', path.join(setting.repo, 'link'))
  const steps = ['../evil.txt', '/tmp/evil.txt', 'link/evil.txt', '.git/evil.txt'].map((file) => ({
    description: `Create \`${file}\` with \`x\`.`,
    file,
  }))
  const { result } = await setting.implement([], { steps })
  assert.match(result, /0 of 4 sentences done/)
  for (const file of ['../evil.txt', '../outside/evil.txt', '.git/evil.txt']) assert.equal(existsSync(path.join(setting.repo, file)), false)
})

test('an empty diff, an unplanned file, an unmet and an unknown criterion are findings', async () => {
  await using setting = await given()
  assert.equal((await setting.review()).findings[0].problem, 'the diff is empty')
  await setting.implement()
  await writeFiles(setting.repo, { 'other.txt': 'x\n++ b/sum.js\n' })
  const { approved, findings } = await setting.review(['`sum.js` contains `nothing`', 'it is fast'])
  assert.equal(approved, false)
  assert.deepEqual(
    findings.map((each: { criterion: string }) => each.criterion),
    ['only planned files', '`sum.js` contains `nothing`', 'it is fast'],
  )
  assert.equal(findings[1].line, 2)
  assert.match(findings[2].problem, /cannot judge/)
})

test('a removed line does not meet a criterion', async () => {
  await using setting = await given()
  await setting.implement()
  assert.equal((await setting.review(['`sum.js` contains `a - b`'])).approved, false)
})

test('a question gets a labelled answer', async () => {
  const { result } = await ask('answer', '<question>\nWhich is better?\n</question>')
  assert.match(result, /^Scripted answer, no model was asked.*3 words: Which is better\?/)
})

const teaches = 'Learn `No parseInt` from `src/cart.js`: `parseInt(a)` is found by `parseInt(...)`, `Number(a)` is not.'

test('asked what work taught it answers with the lesson that the plan names, once, and of that lesson it makes a rule', async () => {
  const pieces = (known: string): string => `<piece id="P1" about="the plan">\n${teaches}\n</piece>\n<known>\n${known}\n</known>`
  const { lessons } = (await ask('answer', pieces('none'))).structured
  assert.deepEqual(lessons[0].evidence, [{ piece: 'P1', quote: 'No parseInt' }])
  assert.deepEqual((await ask('answer', pieces('lesson-1 (rule): No parseInt'))).structured.lessons, [])
  const { structured } = await ask('answer', `You write one Semgrep rule\n<lesson>\n${lessons[0].summary}\n${lessons[0].detail}\n</lesson>`)
  assert.deepEqual([structured.language, structured.bad, structured.good], ['javascript', 'parseInt(a)\n', 'Number(a)\n'])
  assert.match(structured.rule, /message: "No parseInt"[\s\S]*pattern: "parseInt\(\.\.\.\)"/)
})
