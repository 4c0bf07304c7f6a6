import { Agent, request } from 'node:http'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { openDesk, scriptedAgents } from '../support/command-line.ts'
import { startNats } from '../support/nats.ts'
import { type BenchOptions, median, type Result, result, takeTurns, timed } from './measure.ts'

const MANY = 1000
const FEW = 50
/** Connections of the client; more requests than these wait for one that is free. */
const SOCKETS = 100

/** Posts JSON and resolves with the answer's; anything but success throws. */
const poster = (url: string, agent: Agent) => (path: string, body: object) =>
  new Promise<Record<string, unknown>>((resolve, reject) => {
    const text = JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const asked = request(`${url}${path}`, { method: 'POST', agent, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const said = Buffer.concat(chunks).toString()
        if (answer.statusCode === 200) resolve(JSON.parse(said))
        else reject(new Error(`${path} answered ${answer.statusCode}: ${said}`))
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })

/**
 * Tasks created at once over HTTP by a whole system in a process of its own; each is durable when its client has the answer.
 * They wait for a task whose plan nobody approves, so that nothing but their coming in is measured. Beside it the raw client's
 * publishes to another server's stream.
 */
export const gateway = async ({ binary, sync, quick }: BenchOptions): Promise<Result> => {
  await using desk = await openDesk({ 'greeting.txt': 'hello\n' })
  const places = '[projects.sample]\npath = "."\n[gateway]\nport = 0\n[gateway.proxy]\nenabled = false\n'
  await desk.configure(`${places}[nats]\nport = 0\nsync = "${sync}"\n[log]\nlevel = "error"\n${scriptedAgents}`)
  const { http } = JSON.parse(await desk.start(['up', '--json']).line(/"http"/)) as { http: string }
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS })
  const post = poster(http, agent)
  const create = (title: string, more: object = {}) =>
    post('/execute-tool', {
      tool_name: 'cortex_create_task',
      tool_input: { title, description: 'What is to be done.', priority: 'high', ...more },
    })
  const description = 'In `greeting.txt`, replace `hello` with `goodbye`.'
  const first = (await create('Wait for me', { project: 'sample', description }))['task_id']
  await using nats = await startNats(binary, { sync })
  const nc = await connect({ servers: nats.url, name: 'bench-raw' })
  const js = jetstream(nc)
  await (await jetstreamManager(nc)).streams.add({ name: 'RAW', subjects: ['raw.created'] })
  const ours = (count: number) => async (round: number) => {
    let created: unknown[] = []
    const taken = await timed(async () => {
      const all = Array.from({ length: count }, (_, n) => create(`Task ${count} ${round} ${n}`, { depends_on: [first] }))
      created = (await Promise.all(all)).map(({ task_id }) => task_id)
    })
    await routed(created)
    return taken
  }
  // What one round leaves to do must not slow the next.
  const routed = async (ids: readonly unknown[]): Promise<void> => {
    for (const task_id of ids)
      for (;;) {
        const { phase } = await post('/execute-tool', { tool_name: 'cortex_get_task_status', tool_input: { task_id } })
        if (phase === 'blocked') break
        if (phase !== 'created') throw new Error(`${task_id} should wait, and is ${phase}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
  }
  const raw = (count: number) => (round: number) =>
    timed(() =>
      Promise.all(
        Array.from({ length: count }, (_, n) =>
          js.publish('raw.created', JSON.stringify({ title: `Task ${n}`, description: 'What is to be done.', priority: 3 }), {
            msgID: `raw-${count}-${round}-${n}`,
            timeout: 30_000,
          }),
        ),
      ),
    )
  const few = await takeTurns(quick ? 2 : 10, 2, ours(FEW), raw(FEW))
  const many = await takeTurns(quick ? 1 : 4, 1, ours(MANY), raw(MANY))
  agent.destroy()
  await nc.close()
  const note = `${MANY} over ${SOCKETS} connections; ${FEW} at once: ${median(few.ours).toFixed(0)} ms, raw ${median(few.raw).toFixed(0)} ms`
  return result('gateway', 'ms', median(many.ours), median(many.raw), note)
}
