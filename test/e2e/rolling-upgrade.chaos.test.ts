import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { version } from '../../infra/app/gateway.ts'
import { type Desk, type Going, openDesk, scriptedAgents } from '../support/command-line.ts'
import { copyNewer } from '../support/copied-tree.ts'
import { startNats } from '../support/nats.ts'
import { git, until } from '../support/temporary.ts'
import { natsServerForTests } from '../support/tools.ts'

const NEXT = '999.0.0'
const description = 'In `greeting.txt`, replace `hello` with `goodbye`.'

/** One of two whole systems on one bus, each with a data folder and a cache of its own. */
interface Replica {
  readonly going: Going
  readonly dataDir: string
  standby(): Promise<string | undefined>
  stop(): Promise<void>
}

const up = async (desk: Desk, url: string, name: string, program?: string): Promise<Replica> => {
  const dataDir = path.join(desk.folder, name)
  const env = { NATS_URL: url, CORTEX_SEAL_KEY: 'of both', CORTEX_CACHE_DIR: path.join(desk.folder, `cache-${name}`) }
  const going = desk.start(['up', '--json', '--data', dataDir], env, program)
  await going.line(/^\{"url"/)
  return {
    going,
    dataDir,
    standby: async () => (await desk.json(['status', '--data', dataDir]))['standby'] as string | undefined,
    stop: async () => {
      going.child.kill('SIGTERM')
      const { code } = await going.ended
      assert.equal(code, 0)
    },
  }
}

const asker = (url: string) => {
  const ids: string[] = []
  const create = async (...names: string[]): Promise<void> => {
    const outsider = await connect({ servers: url })
    for (const id of names)
      outsider.publish('task.created', JSON.stringify({ id, title: `Say goodbye ${id}`, description, project: 'repository' }))
    await outsider.drain()
    ids.push(...names)
  }
  return { ids, create }
}

const phaseOf = async (desk: Desk, dataDir: string): Promise<Map<string, string>> => {
  const { tasks } = (await desk.json(['list', '--data', dataDir])) as { tasks: { id: string; phase: string }[] }
  return new Map(tasks.map(({ id, phase }) => [id, phase]))
}

const storyOf = async (desk: Desk, dataDir: string, id: string): Promise<string[]> => {
  const { events } = (await desk.json(['story', id, '--data', dataDir])) as { events: { type: string }[] }
  return events.map(({ type }) => type)
}

/** Approves what waits at the gate until every task has reached one of the phases. */
const bring = async (desk: Desk, dataDir: string, ids: readonly string[], ...wanted: string[]): Promise<void> => {
  const deadline = Date.now() + 120_000
  for (;;) {
    const phases = await phaseOf(desk, dataDir)
    if (ids.every((id) => wanted.includes(phases.get(id) ?? ''))) return
    assert.ok(Date.now() < deadline, `still not ${wanted}: ${JSON.stringify([...phases])}`)
    for (const id of ids) if (phases.get(id) === 'gate') await desk.cortex(['approve', id, '--data', dataDir])
  }
}

test('the whole product is upgraded to one with another step, and set back, while tasks stand at every stage: each is done once', {
  timeout: 400_000,
}, async () => {
  await using desk = await openDesk({ 'greeting.txt': 'hello\n' })
  await using nats = await startNats(natsServerForTests())
  const hold = path.join(desk.folder, 'hold')
  const check = `while [ -e ${hold} ]; do sleep 0.1; done; grep -q goodbye greeting.txt`
  const project = `[projects.repository]\npath = "."\ndod = [["sh", "-c", "${check}"]]\nyardstick = { check_base = false }\n[sandbox]\nmode = "none"\n`
  await desk.configure(`${project}${scriptedAgents}[gateway]\nport = 0\n`)
  const tree = path.join(desk.folder, 'newer')
  await copyNewer(tree, NEXT)
  const newerProgram = path.join(tree, 'cli', 'bin.mjs')
  const tasks = asker(nats.url)

  const older = await up(desk, nats.url, 'older')
  await writeFile(hold, '')
  await tasks.create('checked')
  await bring(desk, older.dataDir, ['checked'], 'verifying')
  await tasks.create('at-gate', 'next-1', 'next-2', 'next-3')
  const newer = await up(desk, nats.url, 'newer', newerProgram)
  await until(async () => /^cortex 999\.0\.0 is at work/.test((await older.standby()) ?? ''))
  await rm(hold) // what the older one holds, it finishes
  await older.stop()
  await bring(desk, newer.dataDir, tasks.ids, 'completed')
  assert.ok((await storyOf(desk, newer.dataDir, 'next-1')).includes('licence.passed'), 'the new step was taken')

  await writeFile(hold, '')
  await tasks.create('back-checked')
  await bring(desk, newer.dataDir, ['back-checked'], 'verifying')
  await tasks.create('back-1', 'back-2', 'back-3')
  const back = await up(desk, nats.url, 'older')
  const waits = new RegExp(`this one is ${version.replaceAll('.', '\\.')}; .* goes on when that one is gone$`)
  await until(async () => waits.test((await back.standby()) ?? '')) // either of the two may answer
  const stopped = newer.stop()
  await rm(hold)
  await stopped
  await bring(desk, back.dataDir, tasks.ids, 'completed')
  assert.equal(await back.standby(), undefined)

  for (const id of tasks.ids) {
    const story = await storyOf(desk, back.dataDir, id)
    for (const type of ['plan.drafted', 'code.written', 'scan.passed', 'dod.passed', 'task.completed'])
      assert.equal(story.filter((one) => one === type).length, 1, `${type}.${id}: ${story}`)
    assert.equal(await git(desk.repository, 'rev-list', '--count', `main..cortex/${id}`), '1')
  }
})
