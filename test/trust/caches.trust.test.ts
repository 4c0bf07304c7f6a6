import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createChecks } from '../../infra/checks/checks.ts'
import { ConfigSchema } from '../../infra/config/config-schema.ts'
import { openSandbox, type Sandbox } from '../../infra/sandbox/sandbox.ts'
import { noSecrets } from '../support/secrets.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

/** Reads what is in the cache, then writes its own name there in every way it can. */
const check =
  'cat ~/.m2/repository/a.jar 2>/dev/null; mkdir -p ~/.m2/repository; cp name ~/.m2/repository/a.jar; for f in $(find / -name a.jar 2>/dev/null); do chmod 600 $f; cp name $f; done; true'

describe('what later runs begin with is written by the base alone', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let sandbox: Sandbox
  before(async () => {
    folder = await temporaryFolder()
    const dataDir = path.join(folder.path, 'data')
    sandbox = await openSandbox({ settings: ConfigSchema.parse({}).sandbox, env: process.env, closed: [dataDir] })
  })
  after(async () => {
    await sandbox[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  test('a change that writes into its cache writes into no other', async (t) => {
    if (sandbox.missing) return t.skip(sandbox.missing)
    const { projects } = ConfigSchema.parse({ projects: { shop: { path: 'repo', dod: [check] } } })
    const own = {
      projects,
      sandbox,
      secrets: noSecrets(),
      log: { warn: () => undefined },
      configDir: folder.path,
      dataDir: path.join(folder.path, 'data'),
      env: process.env,
    }
    const service = createChecks(own)
    const about = { project: 'shop', repositoryToml: null, timeoutMs: 20_000, signal: new AbortController().signal }
    const worktree = async (name: string) => {
      await mkdir(path.join(folder.path, name))
      await writeFiles(path.join(folder.path, name), { name })
      return path.join(folder.path, name)
    }
    const open = async () => ({ path: await worktree('base'), [Symbol.asyncDispose]: async () => undefined })
    const seen = []
    seen.push(await service.base({ ...about, key: 'base', sha: 'a', tree: 't', open }))
    for (const name of ['first', 'second']) seen.push(await service.run({ ...about, key: name, path: await worktree(name), tree: name }))
    assert.deepEqual(
      seen.map(({ checks }) => [checks[0]?.exitCode, checks[0]?.output]),
      [
        [0, ''],
        [0, 'base'],
        [0, 'base'],
      ],
    )
  })
})
