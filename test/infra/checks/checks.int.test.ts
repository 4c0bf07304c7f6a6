import assert from 'node:assert/strict'
import { readdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { endingOf } from '../../../functions/verification/check-ports.ts'
import { createChecks } from '../../../infra/checks/checks.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { withoutSandbox } from '../../../infra/sandbox/sandbox.ts'
import { noSecrets } from '../../support/secrets.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

async function given(project: object, env: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const tree = path.join(folder.path, 'tree')
  await writeFiles(folder.path, { 'repo/.env.test': 'A=1\n', 'tree/README.md': 'x' })
  const { projects } = ConfigSchema.parse({ projects: { demo: { path: 'repo', ...project } } })
  const dataDir = path.join(folder.path, 'data')
  const service = createChecks({
    projects,
    sandbox: withoutSandbox('what is tried here are the commands'),
    secrets: noSecrets(),
    log: { warn: () => undefined },
    configDir: folder.path,
    dataDir,
    env: { PATH: process.env['PATH'], ...env },
  })
  const run = (
    more: { timeoutMs?: number; signal?: AbortSignal; onLine?: (line: string) => void; repositoryToml?: string; only?: string[] } = {},
  ) =>
    service.run({
      project: 'demo',
      path: tree,
      repositoryToml: null,
      timeoutMs: 20_000,
      signal: new AbortController().signal,
      key: 'dod-1',
      ...more,
    })
  return { run, tree, dataDir, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test('files are copied, setup runs, then every check, also after one that fails', async () => {
  await using setting = await given({
    copy: ['.env.test'],
    setup: ['echo built > built.txt'],
    dod: ['exit 3', ['cat', '.env.test', 'built.txt'], 'echo out; echo err >&2; false'],
  })
  const lines: string[] = []
  const { setup, checks, failure } = await setting.run({ onLine: (line) => lines.push(line) })
  assert.equal(failure, undefined)
  assert.deepEqual(
    setup.map((each) => each.exitCode),
    [0],
  )
  assert.deepEqual(
    checks.map(({ command, exitCode }) => [command, exitCode]),
    [
      ['exit 3', 3],
      ['cat .env.test built.txt', 0],
      ['echo out; echo err >&2; false', 1],
    ],
  )
  assert.equal(checks[1]?.output, 'A=1\nbuilt\n')
  assert.equal(checks[2]?.output, 'out\n\nerr\n')
  assert.deepEqual(lines.slice(0, 2), ['$ echo built > built.txt', '$ exit 3'])
  assert.deepEqual(await readdir(path.join(setting.dataDir, 'runs')), [])
})

test('checks get an environment without secrets', async () => {
  await using setting = await given({ dod: [['env']] }, { ANTHROPIC_API_KEY: 'secret', HOME: '/home/person' })
  const { checks } = await setting.run()
  const names = (checks[0]?.output ?? '')
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0])
    .sort()
  assert.deepEqual(names, ['CI', 'CORTEX_RUN', 'GIT_TERMINAL_PROMPT', 'GOFLAGS', 'HOME', 'LANG', 'NO_COLOR', 'PATH', 'TMPDIR'])
})

test("the repository's own commands run when the operator has none", async () => {
  await using setting = await given({})
  assert.equal((await setting.run({ repositoryToml: 'dod = ["echo own"]' })).checks[0]?.output, 'own\n')
  assert.equal((await setting.run()).failure?.class, 'permanent')
})

test('a setup that fails is no verdict on the change', async () => {
  await using setting = await given({ setup: ['exit 1'], dod: ['true'] })
  const { checks, failure } = await setting.run()
  assert.deepEqual(checks, [])
  assert.equal(failure?.class, 'infrastructure')
  assert.match(failure?.reason ?? '', /setup of project "demo" failed: "exit 1" ended with exit code 1/)
})

test('a check that cannot run is the fault of the machine, and the others run all the same', async () => {
  await using setting = await given({ dod: [['no-such-program'], 'no-such-program', 'echo fine'] })
  const { checks, failure } = await setting.run()
  assert.deepEqual(
    checks.map((each) => each.exitCode),
    [null, 127, 0],
  )
  assert.equal(failure?.class, 'infrastructure')
})

test('of the definition of done those are run that are asked for', async () => {
  await using setting = await given({ setup: ['echo built > built.txt'], dod: ['exit 3', ['cat', 'built.txt']] })
  const { checks } = await setting.run({ only: ['cat built.txt'] })
  assert.deepEqual(
    checks.map(({ command, output }) => [command, output]),
    [['cat built.txt', 'built\n']],
  )
})

test('a signal that a command sends to itself is its own failure; one that takes memory back is the machine’s', async () => {
  await using own = await given({ dod: ['kill -TERM $$', 'kill -ABRT $$'] })
  const { checks, failure } = await own.run()
  assert.equal(failure, undefined)
  assert.deepEqual(checks.map(endingOf), ['`kill -TERM $$` was ended by SIGTERM', '`kill -ABRT $$` was ended by SIGABRT'])
  await using machine = await given({ dod: ['kill -KILL $$'] })
  const killed = await machine.run()
  assert.equal(killed.failure?.class, 'infrastructure')
  assert.match(killed.failure?.reason ?? '', /was ended by SIGKILL from outside\. Look for a lack of memory/)
})

test('the time is for all checks together; what hangs is ended and named', async () => {
  await using setting = await given({ dod: ['sleep 60', 'echo late'] })
  const { checks, failure } = await setting.run({ timeoutMs: 300 })
  assert.equal(failure?.class, 'timeout')
  assert.match(checks[0]?.output ?? '', /"sleep 60" was not done/)
  assert.match(checks[1]?.output ?? '', /Not run/)
})

test('an abort throws its reason', async () => {
  await using setting = await given({ dod: ['echo up; sleep 60'] })
  const controller = new AbortController()
  const reason = new Error('cancelled')
  await assert.rejects(setting.run({ signal: controller.signal, onLine: (line) => line === 'up' && controller.abort(reason) }), reason)
})

test('big output is cut in the middle', async () => {
  await using setting = await given({ dod: [[process.execPath, '-e', 'console.log("first" + "x".repeat(1e6) + "last")']] })
  const output = (await setting.run()).checks[0]?.output ?? ''
  assert.ok(output.length < 66_000)
  assert.match(output, /^first.*bytes cut.*last\n$/s)
})

test('files to copy are refused, all at once, when they are missing, outside, or would be written outside', async () => {
  await using setting = await given({ copy: ['../x', '/etc/passwd', 'none', '.git/config', 'sub/.env.test'], dod: ['true'] })
  await writeFiles(setting.tree, { '../repo/sub/.env.test': 'x', '../other/y': 'y' })
  await symlink('../other', path.join(setting.tree, 'sub'))
  const { failure } = await setting.run()
  assert.equal(failure?.class, 'permanent')
  for (const words of [
    '"../x" is no path',
    '"/etc/passwd" is no path',
    '"none" is not there',
    '".git/config" is no path',
    'outside the worktree',
  ])
    assert.ok(failure?.reason.includes(words), words)
  assert.deepEqual(await readdir(path.join(setting.tree, '..', 'other')), ['y'])
})

test('of a noisy command a person is shown some lines a second, and the tests behind the noise are counted', async () => {
  await using setting = await given({ dod: ['seq 1 1000000; echo "# pass 3"; echo "# fail 0"'] })
  let lines = 0
  const { checks } = await setting.run({ onLine: () => (lines += 1) })
  const [check] = checks
  assert.equal(check?.exitCode, 0)
  assert.deepEqual(check?.tests, { passed: 3, failed: 0, skipped: 0 })
  assert.match(check?.output ?? '', /^1\n2\n.*bytes cut.*# fail 0\n$/s)
  assert.ok(lines <= 52 * (2 + check!.durationMs / 1000), `${lines} lines in ${check!.durationMs} ms`)
})
