import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import type { Environment } from '../../../infra/config/environment.ts'
import { createGit } from '../../../infra/git/git.ts'
import { GitProblem } from '../../../infra/git/git-problem.ts'
import { makeRepository, temporaryFolder, writeFiles } from '../../support/temporary.ts'

/** A project with tests and a script. */
export const base = {
  'test/a.test.js': 'a\nb\n',
  'test/b.test.js': 'one\ntwo\nthree\nfour\nfive\n',
  'test/c.test.js': 'c\n',
  'tools/run.sh': 'run\n',
  'README.md': 'x\n',
}

export const at = '2026-01-02T03:04:05.678Z'

export async function given(
  files: Record<string, string> = { 'README.md': 'hello\n', '.gitignore': 'ignored/\n' },
  project: object = { path: 'repo' },
) {
  const folder = await temporaryFolder()
  const repo = path.join(folder.path, 'repo')
  const base = await makeRepository(repo, files)
  const { projects } = ConfigSchema.parse({ projects: { demo: project } })
  const open = (cache = 'cache', env: Environment = process.env) =>
    createGit({
      projects,
      cacheDir: path.join(folder.path, cache),
      configDir: folder.path,
      env,
      log: { warn: () => undefined },
    })
  return { folder, repo, base, open, service: open(), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

export type Given = Awaited<ReturnType<typeof given>>

export async function change(setting: Given, files: Record<string, string>, from = setting.base, key = 'task-1'): Promise<string> {
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: from, key })
  await writeFiles(tree.path, files)
  const sha = await setting.service.commit({ worktree: tree, baseSha: from, message: 'change', at })
  assert.ok(sha)
  return sha
}

/** A `GitProblem` of these words, whose advice is these. */
export function saying(text: RegExp, advice = /(?:)/) {
  return (error: unknown) => error instanceof GitProblem && text.test(error.reason) && advice.test(error.advice)
}

export async function mirrorName(setting: Given): Promise<string> {
  const [name] = await readdir(path.join(setting.folder.path, 'cache', 'projects'))
  assert.ok(name)
  return name
}
