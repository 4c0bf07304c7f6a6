import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { operatorSecret, writeSystemFile } from '../../infra/app/system-file.ts'
import { bareEnvironment, bin } from '../support/command-line.ts'
import { freePort, startNats } from '../support/nats.ts'
import { makeRepository, temporaryFolder } from '../support/temporary.ts'
import { natsServerForTests } from '../support/tools.ts'

/** Runs `cortex` as a person would, in a folder of its own and without our surroundings. */
const cortex = async (cwd: string, args: string[], env: Record<string, string> = {}) => {
  const options = { cwd, env: { ...bareEnvironment(), HOME: cwd, CORTEX_CACHE_DIR: join(cwd, 'cache'), ...env }, timeout: 20_000 }
  const child = execFile(process.execPath, [bin, ...args], options)
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')])
  return { exitCode, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() }
}

describe('the program', { concurrency: 4 }, () => {
  test('a bus that takes the connection and says nothing is told of, and keeps no command', async () => {
    await using folder = await temporaryFolder()
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    try {
      const address = mute.address()
      assert.ok(typeof address === 'object' && address !== null)
      const said = await cortex(folder.path, ['status'], { NATS_URL: `nats://127.0.0.1:${address.port}` })
      assert.equal(said.exitCode, 3, said.stderr)
      assert.match(said.stderr, /cannot reach NATS at nats:\/\/127\.0\.0\.1:\d+: timeout/)
    } finally {
      mute.close()
    }
  })

  test('init writes a configuration for the repository and never over one that is there', async () => {
    await using folder = await temporaryFolder()
    await makeRepository(folder.path, { 'package.json': '{"scripts":{"test":"node --test"}}', 'package-lock.json': '{}' })
    const first = await cortex(folder.path, ['init'])
    assert.equal(first.exitCode, 0, first.stderr)
    assert.match(first.stdout, /definition of done: npm test \(from package\.json\)/)
    const file = join(folder.path, 'cortex.toml')
    const written = await readFile(file, 'utf8')
    assert.match(written, /setup = \["npm ci"\]/)
    const second = await cortex(folder.path, ['init', '--json'])
    assert.equal(second.exitCode, 2)
    assert.match(second.stderr, /is there already/)
    assert.deepEqual(Object.keys(JSON.parse(second.stdout)), ['error'])
    assert.equal(await readFile(file, 'utf8'), written)
  })

  test('init in a folder below the repository says where it belongs, and writes nothing', async () => {
    await using folder = await temporaryFolder()
    await makeRepository(folder.path, { 'packages/shop/package.json': '{"scripts":{"test":"node --test"}}' })
    const below = join(folder.path, 'packages/shop')
    const { exitCode, stderr } = await cortex(below, ['init'])
    assert.equal(exitCode, 2)
    assert.match(stderr, new RegExp(`lies in the repository ${folder.path}, .* run ".*cortex init" there`))
    assert.equal(existsSync(join(below, 'cortex.toml')), false)
  })

  test('wrong usage ends with 2 and says everything at once, on stderr', async () => {
    await using folder = await temporaryFolder()
    const { exitCode, stdout, stderr } = await cortex(folder.path, ['question', '*', '--hash', 'x', '--bogus'])
    assert.deepEqual([exitCode, stdout], [2, ''])
    for (const part of ['no option --bogus', 'must be the id of a task', '--wish is missing', '--hash is "x", but must'])
      assert.ok(stderr.includes(part), `${part} in ${stderr}`)
    const port = await cortex(folder.path, ['up', '--bus-port', 'many'])
    assert.deepEqual([port.exitCode, /--bus-port is "many", but/.test(port.stderr)], [2, true], port.stderr)
    for (const args of [['explode'], []]) assert.equal((await cortex(folder.path, args)).exitCode, 2, args.join(' '))
    for (const args of [['--version'], ['--help'], ['run', '--help']])
      assert.equal((await cortex(folder.path, args)).exitCode, 0, args.join(' '))
  })

  test('a faulty configuration ends with 2 and names every fault', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'cortex.toml'), '[limits]\ntasks = 0\n[gate]\nexpiry = "soon"\n')
    const { exitCode, stderr } = await cortex(folder.path, ['run', 'x'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /limits\.tasks[\s\S]*gate\.expiry|gate\.expiry[\s\S]*limits\.tasks/)
  })

  test('without a system a command ends with 3 and one sentence', async () => {
    await using folder = await temporaryFolder()
    const { exitCode, stderr } = await cortex(folder.path, ['list'])
    assert.equal(exitCode, 3)
    assert.match(stderr, /^cortex: no Cortex runs on .*cortex up.*$/)
    const json = await cortex(folder.path, ['status', 'task-a', '--json'])
    assert.equal(json.exitCode, 3)
    assert.equal(JSON.parse(json.stdout).error.exit, 3)
    const elsewhere = await cortex(folder.path, ['status', 'task-a', '--data', 'else where', '--json'])
    const { faults } = JSON.parse(elsewhere.stdout).error
    assert.match(faults[0], /no Cortex runs on .*: start it with "npx --prefix \S+ cortex up --data 'else where'"$/)
    assert.equal(elsewhere.stderr, `cortex: ${faults[0]}`)
  })

  test('a bus that cannot be reached, and one without a system, end with 3', async () => {
    await using folder = await temporaryFolder()
    const away = await cortex(folder.path, ['list'], { NATS_URL: `nats://127.0.0.1:${await freePort()}` })
    assert.deepEqual([away.exitCode, away.stderr.split('\n').length], [3, 1], away.stderr)
    await using nats = await startNats(natsServerForTests())
    const empty = await cortex(folder.path, ['list'], { NATS_URL: nats.url })
    assert.equal(empty.exitCode, 3)
    assert.match(empty.stderr, /no Cortex serves on it/)
  })

  test('a system is found from a folder below, and one that was killed is told from none', async () => {
    await using folder = await temporaryFolder()
    await using nats = await startNats(natsServerForTests())
    const data = join(folder.path, '.cortex')
    operatorSecret(data)
    writeSystemFile(data, { url: nats.url, embedded: null, stays: true })
    assert.match((await cortex(folder.path, ['list'])).stderr, /no Cortex serves on it/)
    const record = JSON.parse(await readFile(join(data, 'system.json'), 'utf8'))
    await writeFile(join(data, 'system.json'), JSON.stringify({ ...record, startTime: 'long ago' }))
    const gone = await cortex(folder.path, ['list', '--data', data])
    assert.equal(gone.exitCode, 3)
    assert.match(gone.stderr, /is gone: start it again/)
  })
})
