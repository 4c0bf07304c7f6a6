import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { at, given } from '../infra/git/git-setting.ts'
import { makeRepository } from '../support/temporary.ts'

const execute = promisify(execFile)

/** What somebody does in a folder, as a script. */
export const shell = async (cwd: string, script: string): Promise<string> => (await execute('sh', ['-ec', script], { cwd })).stdout.trim()

const programs = ['core.fsmonitor', 'core.sshCommand', 'core.pager', 'core.editor', 'gpg.program', 'diff.external', 'alias.status']
const ofAttributes = ['filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'diff.evil.textconv', 'diff.evil.command']

/** Makes the folder a repository whose settings name programs for all that git starts programs for; each leaves the mark. */
export async function loadedRepository(folder: string, mark: string): Promise<void> {
  await makeRepository(folder, { 'a.txt': 'a\n', '.gitattributes': '* filter=evil diff=evil merge=evil\n' })
  for (const name of [...programs, ...ofAttributes, 'merge.evil.driver']) await shell(folder, `git config ${name} 'touch ${mark}; cat'`)
  await shell(
    folder,
    `git config credential.helper '!touch ${mark}'; git config core.hooksPath .; git config core.attributesFile .gitattributes`,
  )
  await shell(
    folder,
    `for name in post-index-change pre-commit reference-transaction; do echo 'touch ${mark}' > $name; chmod +x $name; done`,
  )
  await shell(folder, 'echo b > a.txt')
}

/** A worktree that somebody worked in, taken in by Cortex: the paths of the commit, or that a filter stood in its way, and whether a program ran. */
export async function takenIn(work: (tree: string, mark: string) => Promise<void>, withSubmodule = false) {
  await using setting = await given()
  const submodule = path.join(setting.folder.path, 'library')
  if (withSubmodule) {
    await makeRepository(submodule, { 'a.txt': 'a\n' })
    const add = `git -c protocol.file.allow=always submodule add -q '${submodule}' lib`
    await shell(setting.repo, `${add}; git -c user.name=x -c user.email=x commit -qm submodule`)
  }
  const { baseSha } = await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: baseSha, key: 'k' })
  const mark = path.join(setting.folder.path, 'a-program-ran')
  await work(tree.path, mark)
  const taken = await setting.service.commit({ worktree: tree, baseSha, message: 'm', at }).catch((error: Error) => error)
  const refusal = taken instanceof Error ? taken.message : ''
  if (taken instanceof Error && !refusal.includes('through the filter')) throw taken
  const files = typeof taken === 'string' ? await setting.service.files({ project: 'demo', sha: taken }) : []
  return { files, refusal, ran: existsSync(mark) }
}
