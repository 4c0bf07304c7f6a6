import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { ConfigSchema } from '../../infra/config/config-schema.ts'
import { isStray } from '../../infra/processes/strays.ts'
import { withoutSandbox } from '../../infra/sandbox/sandbox.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** Processes of this machine whose command line is this. */
async function running(line: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((each) => each.replaceAll('\0', ' ').trim() === line)
}

test('without a sandbox, too, what a run started in its folder is gone with it, under whatever name and environment', {
  skip: process.platform !== 'linux',
}, async (t) => {
  await using folder = await temporaryFolder()
  await using elsewhere = await temporaryFolder()
  const other = spawn('sleep', ['98764'], { cwd: elsewhere.path, env: {}, detached: true, stdio: 'ignore' })
  t.after(() => other.kill('SIGKILL'))
  const sandbox = withoutSandbox('this is what is tried', ConfigSchema.parse({}).sandbox)
  const script =
    'setsid -f env -i sleep 98763 >/dev/null 2>&1 </dev/null; setsid -f env -i sh -c "trap : TERM; sleep 98762" >/dev/null 2>&1; echo done'
  const input = { argv: ['sh', '-c', script], cwd: folder.path, env: { PATH: process.env['PATH'] ?? '' }, timeoutMs: 20_000, graceMs: 200 }
  const run = await sandbox.run(input, { reads: [], writes: [folder.path], hosts: [] })
  assert.equal(run.stdout, 'done\n')
  assert.deepEqual([await running('sleep 98763'), await running('sleep 98762')], [[], []])
  assert.equal((await running('sleep 98764')).length, 1, 'what somebody else started stays')
})

test('the shell of a person who looks into the folder, and what was there before the run, is left alone', () => {
  const stat = (state: string, terminal: number, started: number) =>
    `12 (a ) b) ${state} 1 12 12 ${terminal} -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${started} 0 0`
  assert.equal(isStray(stat('S', 0, 500), 500), true)
  assert.equal(isStray(stat('S', 34816, 500), 500), false)
  assert.equal(isStray(stat('S', 0, 499), 500), false)
  assert.equal(isStray(stat('Z', 0, 500), 500), false)
  assert.equal(isStray('', 0), false)
})
