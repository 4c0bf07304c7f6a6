import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chownSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temporary.ts'

/** The number of the user who owns nothing. */
const nobody = 65_534

/**
 * A test of what holds for an ordinary user, whom the rights of files bind: for root it is run once more, alone, in a process of
 * `nobody` with an empty home, and skipped where that one cannot read this checkout.
 * @param file the test's own, `import.meta.url`
 */
export function testAsOrdinaryUser(file: string, name: string, work: (t: TestContext) => Promise<void>): void {
  test(name, process.getuid?.() === 0 ? (t) => asNobody(t, fileURLToPath(file), name) : work)
}

async function asNobody(t: TestContext, file: string, name: string): Promise<void> {
  await using home = await temporaryFolder()
  chownSync(home.path, nobody, nobody)
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env
  const options = {
    uid: nobody,
    gid: nobody,
    cwd: home.path,
    env: { ...env, HOME: home.path, TMPDIR: home.path },
    encoding: 'utf8',
  } as const
  if (spawnSync('test', ['-r', file, '-a', '-x', process.execPath], options).status !== 0)
    return t.skip(`${file} or ${process.execPath} is closed to other users`)
  const pattern = `^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`
  const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', `--test-name-pattern=${pattern}`, file], options)
  assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`)
  assert.match(run.stdout, /^# pass 1$/m)
}
