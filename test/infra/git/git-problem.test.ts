import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { GitProblem } from '../../../infra/git/git-problem.ts'
import { root } from '../../support/source-tree.ts'

test('the reason is the project, what is wrong there and what to do, each also by itself', () => {
  const problem = new GitProblem('/code/shop is no git repository.', { project: 'shop', advice: 'Run "git init" there.' })
  assert.equal(problem.reason, 'Project "shop": /code/shop is no git repository. Run "git init" there.')
  assert.equal(problem.message, problem.reason)
  assert.deepEqual([problem.wrong, problem.advice], ['/code/shop is no git repository.', 'Run "git init" there.'])
  assert.equal(new GitProblem('It is gone.').reason, 'It is gone.')
})

/** What is said to be wrong where a problem is made, if it is written there: the text of the first argument. */
const told = globSync('infra/git/*.ts', { cwd: root }).flatMap((path) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/new (?:Git|Content)Problem\(\s*([`'"])(.*?)\1\s*[,)+]/gs)].map(
    ([, , text = '']) => ({ path, text }),
  ),
)

test('what is wrong is one sentence wherever it is told, and what to do stands in the advice', () => {
  assert.ok(told.length > 25, `only ${told.length} were found`)
  assert.deepEqual(
    told.filter(({ text }) => /[.!] /.test(text)),
    [],
  )
})
