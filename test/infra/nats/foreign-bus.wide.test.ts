import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Desk, openDesk, scriptedAgents } from '../../support/command-line.ts'
import { freePort, startNats } from '../../support/nats.ts'
import { oldNatsServer } from '../../support/old-nats.ts'
import { git, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const files = {
  'greeting.txt': 'hello\n',
  'cortex.toml': `[projects.shop]\npath = "."\ndod = [["grep", "-q", "goodbye", "greeting.txt"]]\n[gateway]\nport = 0\n[nats]\nack_wait = "1s"\n${scriptedAgents}`,
}

/** Every command says the same one sentence on stderr, nothing on stdout, and ends with 3. */
const refuses = async (desk: Desk, url: string, sentence: RegExp): Promise<void> => {
  for (const argv of [['up'], ['run', 'x', '--yes'], ['list']]) {
    const { code, stdout, stderr } = await desk.cortex(argv, { NATS_URL: url })
    assert.deepEqual([code, stdout], [3, ''], `${argv.join(' ')}: ${stderr}`)
    const said = stderr.trim().split('\n')
    assert.equal(said.length, 1, `${argv.join(' ')}: ${stderr}`)
    assert.match(said[0] ?? '', sentence)
  }
}

describe('a bus of somebody else', { concurrency: 3 }, () => {
  test('where nobody listens at NATS_URL, that is said, and the exit code is 3', async () => {
    await using desk = await openDesk(files)
    await refuses(desk, `nats://127.0.0.1:${await freePort()}`, /^cortex: cannot reach NATS at nats:\/\/127\.0\.0\.1:\d+: .*refused/i)
  })

  test('a password in NATS_URL is never shown', async () => {
    await using desk = await openDesk(files)
    const url = `nats://ada:secret-word@127.0.0.1:${await freePort()}`
    const { code, stderr } = await desk.cortex(['up'], { NATS_URL: url })
    assert.equal(code, 3)
    assert.ok(!stderr.includes('secret-word'), stderr)
  })

  test('a server without JetStream is refused with what to do, and the exit code is 3', async () => {
    await using desk = await openDesk(files)
    await using nats = await startNats(natsServerForTests(), { jetStream: false })
    await refuses(desk, nats.url, /without JetStream: start it with -js, or unset NATS_URL/)
  })

  test('a server that is too old is refused with the version that is needed, and the exit code is 3', async (t) => {
    const old = await oldNatsServer()
    if ('why' in old) return t.skip(old.why)
    await using desk = await openDesk(files)
    await using nats = await startNats(old.binary)
    await refuses(desk, nats.url, /2\.10\.25 is too old: 2\.12 or newer is needed/)
  })

  test('a fit server of somebody else carries a task to its end, and `up` says that anyone there may approve', async () => {
    await using desk = await openDesk(files)
    await using nats = await startNats(natsServerForTests())
    const env = { NATS_URL: nats.url }
    const up = desk.start(['up'], env)
    await up.line(/Cortex is up/)
    await up.line(/anyone who may publish there may also approve plans/)
    const work = ['Say goodbye', '--description', 'In `greeting.txt`, replace `hello` with `goodbye`.']
    const run = await desk.cortex(['run', ...work, '--yes', '--follow'], env)
    assert.equal(run.code, 0, run.stdout + run.stderr)
    const id = /^task-\w+$/m.exec(run.stdout)?.[0] ?? ''
    assert.equal(await git(desk.repository, 'show', `cortex/${id}:greeting.txt`), 'goodbye')
    up.child.kill('SIGINT')
    assert.equal((await up.ended).code, 0)
    await until(() => desk.processes().length === 0)
  })

  test('a fit server of somebody else goes on after the stop with everything in it, and the next start goes on with it', async () => {
    await using desk = await openDesk(files)
    await using nats = await startNats(natsServerForTests())
    const env = { NATS_URL: nats.url }
    const first = await desk.cortex(['run', 'Make it nicer somehow', '--yes'], env)
    assert.equal(first.code, 3, 'a run does not start a system of its own on a bus of somebody else')
    const up = desk.start(['up'], env)
    await up.line(/Cortex is up/)
    const created = await desk.cortex(['run', 'Make it nicer somehow', '--yes', '--follow'], env)
    assert.equal(created.code, 1, created.stderr)
    up.child.kill('SIGTERM')
    await up.ended
    const again = desk.start(['up'], env)
    await again.line(/Cortex is up/)
    assert.match((await desk.cortex(['list', '--status', 'failed'], env)).stdout, /Make it nicer somehow/)
    again.child.kill('SIGTERM')
    assert.equal((await again.ended).code, 0)
  })

  test('`up` stops also when the server of somebody else went away for good', async () => {
    await using desk = await openDesk(files)
    await using nats = await startNats(natsServerForTests())
    const up = desk.start(['up'], { NATS_URL: nats.url })
    await up.line(/Cortex is up/)
    await nats.kill()
    up.child.kill('SIGTERM')
    const { code, stderr } = await up.ended
    assert.equal(code, 0, stderr)
  })
})
