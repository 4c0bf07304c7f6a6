import assert from 'node:assert/strict'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { openSandbox } from '../../../infra/sandbox/sandbox.ts'
import { findOnPath } from '../../../infra/setup/cache.mjs'
import { missingPackages } from '../../../infra/setup/sandbox.mjs'
import { temporaryFolder } from '../../support/temporary.ts'

const { sandbox: settings } = ConfigSchema.parse({})
const onLinux = { skip: process.platform !== 'linux' && 'macOS has its own sandbox' }

/** A search path with what the sandbox needs, except for a bubblewrap of our own making. */
async function programs(folder: string, bubblewrap?: string): Promise<string> {
  for (const name of ['sh', 'socat', 'rg', 'mkdir']) {
    const found = findOnPath(name, process.env)
    if (found) await symlink(found, path.join(folder, name))
  }
  if (bubblewrap !== undefined) {
    await writeFile(path.join(folder, 'bwrap'), bubblewrap)
    await chmod(path.join(folder, 'bwrap'), 0o755)
  }
  return folder
}

test('without bubblewrap runs are outside, and which package is missing is said', onLinux, async () => {
  await using folder = await temporaryFolder()
  await using sandbox = await openSandbox({ settings, env: { PATH: await programs(folder.path) }, closed: [] })
  assert.match(sandbox.missing ?? '', /apt-get install .*bubblewrap/)
  const input = { argv: ['sh', '-c', 'echo outside'], cwd: folder.path, env: { PATH: folder.path }, timeoutMs: 10_000 }
  assert.equal((await sandbox.run(input, { reads: [], writes: [folder.path], hosts: [] })).stdout, 'outside\n')
})

const lacking = missingPackages(process.env)

test('a bubblewrap that may do nothing here is told in its own words; one that only runs the command is no sandbox', {
  skip: onLinux.skip || (lacking.length > 0 && `${lacking.join(', ')} not installed`),
}, async () => {
  await using folder = await temporaryFolder()
  const missing = async (name: string, bubblewrap: string): Promise<string | null> => {
    const place = path.join(folder.path, name)
    await mkdir(place)
    await using sandbox = await openSandbox({ settings, env: { PATH: await programs(place, bubblewrap) }, closed: [] })
    return sandbox.missing
  }
  const said = 'bwrap: No permissions to create a new namespace'
  const refused = await missing('refused', `#!/bin/sh\necho "${said}" >&2\nexit 1\n`)
  assert.match(refused ?? '', /No permissions to create a new namespace.*allow user namespaces/)
  const lying = await missing('lying', '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done\nshift\nexec "$@"\n')
  assert.match(lying ?? '', /does not work here/)
})
