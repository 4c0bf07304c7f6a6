import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { type Desk, openDesk, scriptedAgents } from '../support/command-line.ts'
import { git } from '../support/temporary.ts'

const files = { 'greeting.txt': 'hello\n' }
const description = 'In `greeting.txt`, replace `hello` with `goodbye`.'

/** A running system whose checks wait for as long as the file `hold` is there. */
const startUp = async (desk: Desk, ...argv: string[]) => {
  const going = desk.start(['up', '--json', ...argv])
  const { url } = JSON.parse(await going.line(/^\{"url"/))
  const create = async (id: string, more: object = {}): Promise<void> => {
    const outsider = await connect({ servers: url })
    outsider.publish('task.created', JSON.stringify({ id, title: `Say goodbye ${id}`, description, project: 'repository', ...more }))
    await outsider.drain()
  }
  const stop = async (): Promise<void> => {
    going.child.kill('SIGTERM')
    await going.ended
  }
  return { create, stop }
}

const phases = async (desk: Desk, ...argv: string[]): Promise<Record<string, string>> => {
  const { tasks } = (await desk.json(['list', ...argv])) as { tasks: { id: string; phase: string }[] }
  return Object.fromEntries(tasks.map(({ id, phase }) => [id, phase]))
}

const storyOf = async (desk: Desk, id: string, ...argv: string[]): Promise<string[]> => {
  const { events } = (await desk.json(['story', id, ...argv])) as { events: { type: string }[] }
  return events.map(({ type }) => type)
}

test('a backup of a running system goes on elsewhere: tasks at every stage end, none is lost, none is done twice', async () => {
  await using desk = await openDesk(files)
  const hold = path.join(desk.folder, 'hold')
  const check = `while [ -e ${hold} ]; do sleep 0.1; done; grep -q goodbye greeting.txt`
  const project = `[projects.repository]\npath = "."\ndod = [["sh", "-c", "${check}"]]\n[sandbox]\nmode = "none"\n`
  await desk.configure(`${project}${scriptedAgents}[gateway]\nport = 0\n[nats]\nport = 0\nack_wait = "1s"\n`)
  const old = await startUp(desk)
  const reach = (id: string, wanted: string): Promise<void> => desk.untilStatus(id, ({ phase }) => phase === wanted)
  const decide = async (id: string): Promise<void> => {
    await reach(id, 'gate')
    await desk.json(['approve', id])
  }
  await old.create('done')
  await decide('done')
  await reach('done', 'completed')
  await writeFile(hold, '')
  await old.create('at-gate')
  await reach('at-gate', 'gate')
  await old.create('blocked', { dependsOn: ['at-gate'] })
  await reach('blocked', 'blocked')
  await old.create('checked')
  await decide('checked')
  await reach('checked', 'verifying')
  await old.create('queued')
  await reach('queued', 'queued')
  await desk.json(['token', 'create', 'backend', '--scopes', 'read'])

  const backup = path.join(desk.folder, 'backup')
  const taken = await desk.json(['backup', backup])
  assert.ok((taken['streams'] as { stream: string }[]).some(({ stream }) => stream === 'OBJ_cortex-blobs'))
  await old.stop()
  const dataDir = path.join(desk.folder, 'elsewhere')
  const elsewhere = ['--data', dataDir]
  await desk.json(['restore', backup, ...elsewhere])
  await rm(path.join(desk.repository, '.cortex'), { recursive: true })
  const again = await startUp(desk, ...elsewhere)
  await rm(hold)
  const inPhase = (id: string, wanted: string): Promise<void> => desk.untilStatus(id, ({ phase }) => phase === wanted, dataDir)
  for (const id of ['at-gate', 'queued', 'blocked']) {
    await inPhase(id, 'gate')
    await desk.json(['approve', id, ...elsewhere])
  }
  for (const id of ['at-gate', 'queued', 'blocked', 'checked']) await inPhase(id, 'completed')
  const ended = await phases(desk, ...elsewhere)
  assert.deepEqual(ended, Object.fromEntries(['at-gate', 'blocked', 'checked', 'done', 'queued'].map((id) => [id, 'completed'])))
  for (const id of Object.keys(ended)) {
    const story = await storyOf(desk, id, ...elsewhere)
    for (const once of ['task.completed', 'code.written']) assert.equal(story.filter((type) => type === once).length, 1, `${once}.${id}`)
    assert.equal(await git(desk.repository, 'rev-list', '--count', `main..cortex/${id}`), '1')
  }
  const { tokens } = (await desk.json(['token', 'list', ...elsewhere])) as { tokens: { name: string }[] }
  assert.deepEqual(
    tokens.map(({ name }) => name),
    ['backend'],
  )
  assert.equal((await desk.cortex(['restore', backup, ...elsewhere])).code === 0, false, 'not over a system that is there')
  await again.stop()
})
