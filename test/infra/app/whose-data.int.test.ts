import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, lstatSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { findAddress } from '../../../cli/connect.ts'
import { systemFinding } from '../../../cli/doctor/projects.ts'
import { whereOf } from '../../../cli/where.ts'
import { loadConfig } from '../../../infra/app/configuration.ts'
import { DataUnwritable, holdDataFolder } from '../../../infra/app/data-folder.ts'
import { whySomebodyElses } from '../../../infra/app/whose-data.ts'
import { testAsOrdinaryUser } from '../../support/ordinary-user.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('a data folder of our own, or one that is not there, is nobody else’s', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'nats'))
  assert.equal(whySomebodyElses(folder.path, { isThorough: true }), null)
  assert.equal(whySomebodyElses(join(folder.path, 'none'), { isThorough: true }), null)
})

/** Where root left something in a place that he shut, as `/root` and `/etc/shadow` are; an ordinary user can make none. */
const ofRoot = '/root'

testAsOrdinaryUser(
  import.meta.url,
  'a data folder that another user shut is told by every command, with whose it is and what to type',
  async (t) => {
    if (lstatSync(ofRoot, { throwIfNoEntry: false })?.uid !== 0) return t.skip(`${ofRoot} is not root's`)
    assert.match(whySomebodyElses(ofRoot) ?? '', /^\/root belongs to root, and you may not .*sudo chown -R \S+ \/root/)
    await assert.rejects(holdDataFolder(ofRoot), (error) => error instanceof DataUnwritable && /belongs to root/.test(error.message))
    const found = findAddress({ data: ofRoot, cwd: '/', channel: 'cli' })
    assert.match('why' in found ? found.why : '', /belongs to root/)
    assert.equal(whereOf({ data: ofRoot, cwd: '/', configured: false }).data, ofRoot)
  },
)

testAsOrdinaryUser(
  import.meta.url,
  'a data folder that others may write is not worked on: an empty one is shut, and of any other it is told what to type',
  async () => {
    await using folder = await temporaryFolder()
    const modeOf = (place: string): number => lstatSync(place).mode & 0o777
    for (const mode of [0o777, 0o775, 0o757]) {
      const place = join(folder.path, `mode ${mode}`)
      await mkdir(place)
      chmodSync(place, mode)
      ;(await holdDataFolder(place))[Symbol.dispose]()
      assert.equal(modeOf(place), 0o700)
      chmodSync(place, mode)
      await assert.rejects(holdDataFolder(place), (error) => {
        assert.ok(error instanceof DataUnwritable)
        assert.ok(error.message.includes(`chmod go-w '${place}'`), error.message)
        return true
      })
      const { ok, advice = '' } = systemFinding({ loaded: loadConfig({ env: {}, cwd: folder.path, overrides: { data: place } }), env: {} })
      assert.deepEqual([ok, advice.includes('chmod go-w')], ['no', true])
      chmodSync(place, 0o755)
      ;(await holdDataFolder(place))[Symbol.dispose]()
      assert.equal(modeOf(place), 0o755, 'who may only look was let in by its owner')
    }
  },
)

testAsOrdinaryUser(
  import.meta.url,
  'whoever names the bus with NATS_URL needs no data folder, and has no secret of a folder that is shut to him',
  async () => {
    await using folder = await temporaryFolder()
    writeFileSync(join(folder.path, 'operator-secret'), 'ours')
    const secretOf = (data: string) => {
      const found = findAddress({ data, cwd: '/', channel: 'cli' })
      return 'why' in found ? found.why : [found.address.url, found.address.secret]
    }
    const before = process.env['NATS_URL']
    process.env['NATS_URL'] = 'nats://127.0.0.1:4'
    try {
      assert.deepEqual(secretOf(folder.path), ['nats://127.0.0.1:4', 'ours'])
      chmodSync(join(folder.path, 'operator-secret'), 0)
      for (const data of [folder.path, ofRoot]) assert.deepEqual(secretOf(data), ['nats://127.0.0.1:4', undefined], data)
    } finally {
      if (before === undefined) delete process.env['NATS_URL']
      else process.env['NATS_URL'] = before
    }
  },
)

test('what another user left deep in what the bus stored is found where a system is to start', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can leave what is another user’s')
  await using folder = await temporaryFolder()
  const left = join(folder.path, 'nats', 'jetstream', 'EVENTS')
  await mkdir(left, { recursive: true, mode: 0o700 })
  const nobody = 65_534
  for (const place of [folder.path, join(folder.path, 'nats'), join(folder.path, 'nats', 'jetstream')]) chownSync(place, nobody, nobody)
  const ask = `import { whySomebodyElses } from ${JSON.stringify(import.meta.resolve('../../../infra/app/whose-data.ts'))}
    console.log(JSON.stringify([whySomebodyElses(process.argv[1]), whySomebodyElses(process.argv[1], { isThorough: true })]))`
  const said = spawnSync(process.execPath, ['--input-type=module', '-e', ask, folder.path], { uid: nobody, gid: nobody, encoding: 'utf8' })
  if (said.status !== 0) return t.skip(`this checkout is closed to other users: ${said.stderr.slice(0, 200)}`)
  const [quick, thorough] = JSON.parse(said.stdout)
  assert.equal(quick, null, 'a command that only asks does not look at all that is stored')
  assert.match(thorough, /EVENTS belongs to root, and you may not .*sudo chown -R nobody /)
})
