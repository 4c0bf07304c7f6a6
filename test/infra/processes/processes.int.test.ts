import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { processStartTime } from '../../../infra/locks/process-identity.mjs'
import { endOrphans, runProcess } from '../../../infra/processes/processes.ts'
import { isRunning } from '../../support/is-running.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
const node = process.execPath

/** A parent that starts a child in a session of its own, writes both pids, ignores SIGTERM if told, and stays. */
const family = `
  const { spawn } = require('node:child_process')
  if (process.argv[2] === 'deaf') process.on('SIGTERM', () => {})
  const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { detached: true, stdio: 'inherit' })
  require('node:fs').writeFileSync(process.argv[1] + '.new', process.pid + ' ' + child.pid)
  require('node:fs').renameSync(process.argv[1] + '.new', process.argv[1])
  console.log('ready')
  if (process.argv[2] === 'leave') process.exit(0)
  setInterval(() => {}, 1000)
`

async function pids(file: string): Promise<number[]> {
  await until(() => existsSync(file))
  return (await readFile(file, 'utf8')).split(' ').map(Number)
}

test('a program gets its prompt on stdin, its environment and nothing else', async () => {
  await using folder = await temporaryFolder()
  const script = 'process.stdin.pipe(process.stdout); console.error(Object.keys(process.env).sort().join())'
  const lines: string[] = []
  const result = await runProcess({
    argv: [node, '-e', script],
    cwd: folder.path,
    env,
    stdin: 'hello\nyou',
    timeoutMs: 10_000,
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  })
  assert.equal(result.exitCode, 0)
  assert.equal(result.stdout, 'hello\nyou')
  assert.equal(result.stderr.trim(), 'CORTEX_RUN,PATH')
  assert.deepEqual(lines.sort(), ['stderr CORTEX_RUN,PATH', 'stdout hello', 'stdout you'])
})

test('the timeout ends the group and the grandchild that left it, deaf or not', { skip: process.platform !== 'linux' }, async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'pids')
  const result = await runProcess({ argv: [node, '-e', family, file, 'deaf'], cwd: folder.path, env, timeoutMs: 1_000, graceMs: 200 })
  assert.equal(result.timedOut, true)
  assert.equal(result.signal, 'SIGKILL')
  const both = await pids(file)
  assert.equal(both.some(isRunning), false)
})

test('what a program leaves behind after a normal end is ended too', { skip: process.platform !== 'linux' }, async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'pids')
  const result = await runProcess({ argv: [node, '-e', family, file, 'leave'], cwd: folder.path, env, timeoutMs: 20_000, graceMs: 200 })
  assert.equal(result.exitCode, 0)
  assert.equal(result.stdout, 'ready\n')
  assert.equal((await pids(file)).some(isRunning), false)
})

test('an abort ends the program, also one that comes before the start', async () => {
  await using folder = await temporaryFolder()
  const controller = new AbortController()
  const input = {
    argv: [node, '-e', 'console.log("up"); setInterval(() => {}, 1000)'],
    cwd: folder.path,
    env,
    timeoutMs: 20_000,
    signal: controller.signal,
  }
  const result = await runProcess({ ...input, onLine: () => controller.abort() })
  assert.equal(result.aborted, true)
  assert.equal(result.signal, 'SIGTERM')
  assert.equal((await runProcess(input)).aborted, true)
})

test('a program that never reads a long prompt does not harm us', async () => {
  await using folder = await temporaryFolder()
  const result = await runProcess({
    argv: ['sh', '-c', 'exec 0<&-; echo done'],
    cwd: folder.path,
    env,
    stdin: 'x'.repeat(5_000_000),
    timeoutMs: 10_000,
  })
  assert.equal(result.exitCode, 0)
  assert.equal(result.stdout, 'done\n')
})

test('big output is cut in the middle, and its end is there', async () => {
  await using folder = await temporaryFolder()
  const script = 'process.stdout.write("start" + "x".repeat(20_000_000)); process.stdout.write("end\\n")'
  const result = await runProcess({ argv: [node, '-e', script], cwd: folder.path, env, timeoutMs: 20_000, maxOutputBytes: 100_000 })
  assert.ok(result.stdout.length < 101_000)
  assert.match(result.stdout, /^start.*\n\[\.\.\. 19900009 bytes cut \.\.\.\]\n.*end\n$/s)
})

test('a program that stays after its last line is ended and that is said', async () => {
  await using folder = await temporaryFolder()
  const script = 'console.log("last"); setInterval(() => {}, 1000)'
  const result = await runProcess({
    argv: [node, '-e', script],
    cwd: folder.path,
    env,
    timeoutMs: 20_000,
    isLastLine: (line) => line === 'last',
  })
  assert.equal(result.endedAfterLastLine, true)
  assert.equal(result.timedOut, false)
})

test('a missing program, a missing folder and a forbidden file are told apart', async () => {
  await using folder = await temporaryFolder()
  await writeFile(path.join(folder.path, 'plain'), '', { mode: 0o600 })
  const start = (program: string, cwd = folder.path) => runProcess({ argv: [program], cwd, env, timeoutMs: 5_000 })
  assert.equal((await start('no-such-program')).startFailure?.code, 'ENOENT')
  assert.equal((await start(path.join(folder.path, 'plain'))).startFailure?.code, 'EACCES')
  assert.equal((await start('true', path.join(folder.path, 'none'))).startFailure?.code, 'NO_FOLDER')
})

test('the group is on record while it runs, with the rights of a private file, and not afterwards', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'groups', 'task-1.json')
  const seen: string[] = []
  const script = `const fs = require('node:fs'); const wait = setInterval(() => { const text = fs.readFileSync(${JSON.stringify(file)}, 'utf8'); if (text.includes('"pid"')) { clearInterval(wait); console.log(text) } }, 5)`
  const result = await runProcess({
    argv: [node, '-e', script],
    cwd: folder.path,
    env,
    timeoutMs: 10_000,
    onLine: (line) => seen.push(line),
    groupRecord: { dataDir: folder.path, key: 'task-1' },
  })
  assert.equal(result.exitCode, 0)
  assert.match(seen[0] ?? '', /"key":"task-1".*"pid":\d+,"startTime":"\d+"/)
  assert.deepEqual(await readdir(path.join(folder.path, 'groups')), [])
  await assert.rejects(
    runProcess({ argv: ['true'], cwd: folder.path, env, timeoutMs: 1_000, groupRecord: { dataDir: folder.path, key: '../x' } }),
    /cannot name/,
  )
})

test('what a killed process of ours left running is ended at the next start, with its grandchildren', {
  skip: process.platform !== 'linux',
}, async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'pids')
  const argv = JSON.stringify([node, '-e', family, file])
  const module = JSON.stringify(new URL('../../../infra/processes/processes.ts', import.meta.url).href)
  const ours = `const { runProcess } = await import(${module}); await runProcess({ argv: ${argv}, cwd: '/', env: {}, timeoutMs: 60000, groupRecord: { dataDir: ${JSON.stringify(folder.path)}, key: 'k' } })`
  const parent = spawn(node, ['--input-type=module', '-e', ours], { stdio: 'ignore' })
  const both = await pids(file)
  await until(async () => (await readFile(path.join(folder.path, 'groups', 'k.json'), 'utf8')).includes('"pid"'))
  const ended = new Promise((resolve) => parent.once('exit', resolve))
  parent.kill('SIGKILL')
  await ended
  assert.equal(both.every(isRunning), true, 'both live on')
  assert.deepEqual(await endOrphans(folder.path), ['k'])
  await until(() => !both.some(isRunning))
  assert.deepEqual(await endOrphans(folder.path), [])
})

test('a pid that belongs to another process by now is not signalled', async () => {
  await using folder = await temporaryFolder()
  const stranger = spawn(node, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  try {
    await mkdir(path.join(folder.path, 'groups'))
    const record = { key: 'k', marker: 'k:none', leader: { pid: stranger.pid, startTime: '1' } }
    await writeFile(path.join(folder.path, 'groups', 'k.json'), JSON.stringify(record))
    await writeFile(path.join(folder.path, 'groups', 'broken.json'), '{')
    assert.deepEqual((await endOrphans(folder.path)).sort(), ['broken.json', 'k'])
    assert.equal(stranger.exitCode ?? stranger.signalCode, null)
    assert.ok(stranger.pid && processStartTime(stranger.pid))
  } finally {
    stranger.kill('SIGKILL')
  }
})

test('a run that ends leaves a younger run in the same folder alone', async () => {
  await using folder = await temporaryFolder()
  const limits = { memoryBytes: 2 ** 32, processes: 100, outputBytes: 1e6, diskBytes: 1e9, folders: [folder.path] }
  const run = (name: string) => {
    const script = `touch ${name}-runs; until [ -e ${name}-may-end ]; do sleep 0.05; done; echo well`
    return runProcess({ argv: ['sh', '-c', script], cwd: folder.path, env, timeoutMs: 60_000, limits })
  }
  const file = (name: string) => path.join(folder.path, name)
  const older = run('older')
  await until(() => existsSync(file('older-runs')))
  const younger = run('younger')
  await until(() => existsSync(file('younger-runs')))
  await writeFile(file('older-may-end'), '')
  assert.equal((await older).stdout, 'well\n')
  await writeFile(file('younger-may-end'), '')
  assert.equal((await younger).stdout, 'well\n')
})
