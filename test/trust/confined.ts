import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { type Config, ConfigSchema } from '../../infra/config/config-schema.ts'
import { openSandbox } from '../../infra/sandbox/sandbox.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** A person's machine with a run in its midst: a home, Cortex's data, another run's worktree. */
export async function confined(t: TestContext, limits: Partial<Config['sandbox']> = {}) {
  const folder = await temporaryFolder()
  const at = (...names: string[]) => path.join(folder.path, ...names)
  const files = { 'home/.ssh/id': 'secret key', '.cortex/secrets/nats': 'secret bus', 'worktrees/other/code.ts': 'secret code' }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(at(name)), { recursive: true })
    await writeFile(at(name), text)
  }
  for (const name of ['worktrees/own', 'runs/own']) await mkdir(at(name), { recursive: true })
  const env = { ...process.env, HOME: at('home') }
  const sandbox = await openSandbox({ settings: { ...ConfigSchema.parse({}).sandbox, ...limits }, env, closed: [at('.cortex')] })
  t.after(async () => {
    await sandbox[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  if (sandbox.missing) t.skip(sandbox.missing)
  const run = (argv: string[], { hosts = [] as string[], isOpen = false, reads = [] as string[], timeoutMs = 30_000 } = {}) =>
    sandbox.run(
      {
        argv,
        cwd: at('worktrees/own'),
        env: { PATH: process.env['PATH'] ?? '', HOME: at('runs/own'), TMPDIR: at('runs/own') },
        timeoutMs,
        graceMs: 200,
      },
      { reads, writes: [at('worktrees/own'), at('runs/own')], hosts, isOpen },
    )
  return { at, run, shell: (script: string, more = {}) => run(['sh', '-c', script], more), isHere: sandbox.missing === null }
}
