import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { whyUnfit } from '../../../infra/sandbox/temporary-place.ts'
import { testAsOrdinaryUser } from '../../support/ordinary-user.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('a folder for temporary files in which no socket can be is told by its fault, and with what to do', async () => {
  await using folder = await temporaryFolder()
  const at = (name: string) => path.join(folder.path, name)
  await writeFile(at('file'), '')
  for (const name of ['a b', 'l'.repeat(90), 'fit']) await mkdir(at(name))
  assert.equal(await whyUnfit(at('fit')), null)
  for (const name of ['none', 'file']) assert.match((await whyUnfit(at(name))) ?? '', /is not there; name another by the variable TMPDIR/)
  assert.match((await whyUnfit(at('a b'))) ?? '', /has signs in its name that/)
  assert.match((await whyUnfit(at('l'.repeat(90)))) ?? '', /too long for a socket in it \(73 signs at most\)/)
})

testAsOrdinaryUser(import.meta.url, 'a folder for temporary files that belongs to others is told as that', async () => {
  assert.match((await whyUnfit('/usr')) ?? '', /\/usr, is one that you may not write; name another/)
})

test('a sandbox that is not had for want of such a folder says so, and not that the system forbids it', {
  skip: process.platform !== 'linux' && 'macOS has its own sandbox',
}, async () => {
  const of = (name: string) => JSON.stringify(import.meta.resolve(`../../../infra/${name}.ts`))
  const script = `import { openSandbox } from ${of('sandbox/sandbox')}; import { ConfigSchema } from ${of('config/config-schema')}
    const { sandbox: settings } = ConfigSchema.parse({})
    process.env.TMPDIR = '/not/there'
    // What is missing of the system would be told first.
    process.stdout.write((await openSandbox({ settings, env: process.env, closed: [] })).missing)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  assert.match(stdout, /\/not\/there, is not there; name another by the variable TMPDIR|packages of the system are missing/)
})
