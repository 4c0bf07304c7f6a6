import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { runMainJob, told } from '../support/main-job.ts'
import { git, temporaryFolder } from '../support/temporary.ts'

const root = path.resolve(import.meta.dirname, '../..')
const file = 'functions/reasoning/json-answer.ts'
const itsTest = 'test/functions/reasoning/json-answer.test.ts'
const right = 'text.slice(start, end + 1)'
const wrong = 'text.slice(start, end)'

/** For `skip`: why this folder cannot be cloned, else false. */
const unlessCheckout = (): string | false => {
  try {
    const top = execFileSync('git', ['rev-parse', '--show-toplevel'], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
    execFileSync('git', ['cat-file', '-e', `HEAD:${itsTest}`], { cwd: root, stdio: 'pipe' })
    return realpathSync(top) === root ? false : `${root} is not the top of a git checkout`
  } catch (error) {
    return `${root} cannot be cloned: ${error instanceof Error ? error.message.split('\n').at(-2) : error}`
  }
}

/** A clone at HEAD with a fault committed to it, and two changes that nobody committed. */
const faultyClone = async (folder: string): Promise<{ clone: string; base: string }> => {
  const clone = path.join(folder, 'clone')
  await git(folder, 'clone', '--quiet', '--no-hardlinks', root, clone)
  await git(clone, 'checkout', '--quiet', '-B', 'main')
  const source = await readFile(path.join(clone, file), 'utf8')
  assert.equal(source.split(right).length, 2, `${file} has "${right}" once`)
  await writeFile(path.join(clone, file), source.replace(right, wrong))
  await git(clone, 'commit', '--quiet', '--all', '--message', 'Cut the last brace off')
  await appendFile(path.join(clone, 'LICENSE'), 'A line of somebody who is still writing.\n')
  await writeFile(path.join(clone, 'notes.txt'), 'not for the commit\n')
  return { clone, base: await git(clone, 'rev-parse', 'HEAD') }
}

/** Exit code of the file's own test in a checkout. It needs no packages. */
const testIn = (checkout: string): Promise<number> => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--test', itsTest], { cwd: checkout, env }, () => resolve(child.exitCode ?? -1))
  })
}

test('a fault in this very repository is mended through the loop, and the checkout is left as it was', {
  skip: unlessCheckout(),
}, async () => {
  await using folder = await temporaryFolder()
  const { clone, base } = await faultyClone(folder.path)
  assert.equal(await testIn(clone), 1, 'the test finds the fault')
  const before = await git(clone, 'status', '--porcelain')

  const { task, facts } = await runMainJob({
    repository: clone,
    project: {
      setup: [['ln', '-s', path.join(root, 'node_modules'), 'node_modules']],
      dod: [[process.execPath, '--test', itsTest]],
    },
    task: {
      title: 'Read the whole object out of an answer',
      description: `The last brace of an object within a text is lost: ${itsTest} shows it.\n\nIn \`${file}\`, replace \`${wrong}\` with \`${right}\`.`,
    },
  })

  assert.equal(task.phase, 'completed', told(facts))
  const branch = task.outcome?.branch ?? ''
  assert.equal(branch, `cortex/${task.id}`)
  assert.equal(await git(clone, 'rev-list', '--count', `main..${branch}`), '1')
  assert.equal(await git(clone, 'diff', '--name-only', base, branch), file, 'what nobody committed is not in it')
  const delivered = path.join(folder.path, 'delivered')
  await git(folder.path, 'clone', '--quiet', '--branch', branch, clone, delivered)
  assert.equal(await testIn(delivered), 0, 'the test passes on the branch')

  assert.equal(await git(clone, 'rev-parse', 'main'), base)
  assert.equal(await git(clone, 'symbolic-ref', '--short', 'HEAD'), 'main')
  assert.equal(await git(clone, 'status', '--porcelain'), before)
  assert.match(await readFile(path.join(clone, file), 'utf8'), /slice\(start, end\)/)
  const asked = facts.find(({ type }) => type === 'reasoning.requested')
  assert.ok(asked?.type === 'reasoning.requested')
  assert.match(asked.data.warnings.join('\n'), /works from commit .*; 2 uncommitted changes are not included/)
})
