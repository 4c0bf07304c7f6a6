import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { PATIENCE_MS } from './patience.ts'

const execute = promisify(execFile)

/** A folder of its own outside every repository; disposing removes it. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'cortex-test-')))
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Runs git as a person would, with a fixed identity, and answers its trimmed output. */
export async function git(cwd: string, ...argv: string[]): Promise<string> {
  const identity = ['-c', 'user.name=Person', '-c', 'user.email=person@localhost', '-c', 'init.defaultBranch=main']
  return (await execute('git', [...identity, ...argv], { cwd })).stdout.trim()
}

export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), content)
  }
}

/** A repository with one commit on `main`, in which some files may be executed; answers that commit. */
export async function makeRepository(folder: string, files: Record<string, string>, executable: readonly string[] = []): Promise<string> {
  await mkdir(folder, { recursive: true })
  await git(folder, 'init', '--quiet')
  await writeFiles(folder, files)
  for (const name of executable) await chmod(path.join(folder, name), 0o755)
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--message', 'first')
  return git(folder, 'rev-parse', 'HEAD')
}

/** Waits until the question is answered with yes. */
export async function until(question: () => boolean | Promise<boolean>, limitMs = PATIENCE_MS): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await question())) {
    if (Date.now() > end) throw new Error(`still not so after ${limitMs} ms: ${question}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
