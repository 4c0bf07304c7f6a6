import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { readPlainFile } from '../../../infra/files/read-plain-file.ts'
import { removeFolder } from '../../../infra/files/remove-folder.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('only a plain file is read, and no more of it than asked for', { timeout: 10_000 }, async () => {
  await using folder = await temporaryFolder()
  const at = (name: string) => path.join(folder.path, name)
  await writeFile(at('plain'), 'äbcdef')
  await symlink('/etc/hostname', at('link'))
  execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd: folder.path })
  assert.equal(await readPlainFile(at('plain')), 'äbcdef')
  assert.equal(await readPlainFile(at('plain'), 3), 'äb')
  for (const name of ['link', 'pipe', 'absent', '.']) assert.equal(await readPlainFile(at(name)), null, name)
})

test('a folder is removed however deep and however closed it is; what its links lead to stays', async () => {
  await using folder = await temporaryFolder()
  const at = (name: string) => path.join(folder.path, name)
  await writeFile(at('outside'), 'x')
  await mkdir(at('closed/inner'), { recursive: true })
  await symlink(at('outside'), at('closed/inner/link'))
  const deeper = 'name=$(printf %0100d 0); i=0; while [ $i -lt 60 ]; do mkdir $name; cd -P $name; i=$((i+1)); done'
  execFileSync('sh', ['-ec', `${deeper}; chmod -R a-w '${at('closed/inner')}'`], { cwd: at('closed') })
  await removeFolder(at('closed'))
  assert.equal(existsSync(at('closed')), false)
  assert.equal(existsSync(at('outside')), true)
  await removeFolder(at('closed'))
})
