import assert from 'node:assert/strict'
import { open, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { heldFiles } from '../../../infra/processes/held-files.ts'
import { runProcess } from '../../../infra/processes/processes.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const skip = process.platform !== 'linux'
const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }

test('a file that was removed counts while it is held, by many descriptors once, and not beyond the descriptors that are looked at', {
  skip,
}, async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'held')
  await using first = await open(file, 'w')
  await first.write(Buffer.alloc(3 * 2 ** 20))
  const more = await Promise.all(Array.from({ length: 300 }, () => open(file)))
  const { dev } = await stat(folder.path)
  try {
    const before = await heldFiles([process.pid], [dev], 100_000)
    await rm(file)
    const after = await heldFiles([process.pid], [dev], 100_000)
    assert.deepEqual([after.diskBytes - before.diskBytes, after.isCut], [3 * 2 ** 20, false])
    const { diskBytes, isCut } = await heldFiles([process.pid], [dev], 300)
    assert.deepEqual([diskBytes, isCut], [0, true])
  } finally {
    for (const each of more) await each.close()
  }
})

test('a run whose processes have too many files open together is ended', { skip }, async () => {
  await using folder = await temporaryFolder()
  const script = 'for (let n = 0; n < 500; n++) require("node:fs").openSync("/dev/null"); setInterval(() => {}, 1000)'
  const limits = { memoryBytes: 2 ** 32, processes: 100, outputBytes: 1e6, diskBytes: 1e9, folders: [folder.path], openFiles: 900 }
  const both = `"${process.execPath}" -e '${script}' & "${process.execPath}" -e '${script}'`
  const { exceeded } = await runProcess({ argv: ['sh', '-c', both], cwd: folder.path, env, timeoutMs: 20_000, limits })
  assert.equal(exceeded, 'it had more than the 900 files open at a time that it may have')
})
