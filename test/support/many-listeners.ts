import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { liveSubject } from '../../bus/subjects.ts'
import { ask, startMainJob, told } from './main-job.ts'
import { makeRepository, temporaryFolder } from './temporary.ts'

const LINES = 100

/** A listener that keeps nothing but the ids it heard and how many lines of output. */
interface Ear {
  readonly ids: number[]
  lines: number
  readonly heardLines: Promise<void>
  readonly began: Promise<void>
  readonly ended: Promise<void>
}

const listen = (url: string, agent: Agent): Ear => {
  const ids: number[] = []
  const began = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const heardLines = Promise.withResolvers<void>()
  let rest = ''
  const request = get(url, { agent }, (answer) => {
    answer.setEncoding('utf8')
    answer.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('id: ')) ids.push(Number(line.slice(4)))
        if (line.includes('"stream":"test"') && ++ear.lines === LINES) heardLines.resolve()
        if (line === 'event: gate.opened') began.resolve()
      }
    })
    answer.on('end', ended.resolve)
    answer.on('error', ended.reject)
  })
  request.on('error', ended.reject)
  const ear: Ear = { ids, lines: 0, heardLines: heardLines.promise, began: began.promise, ended: ended.promise }
  return ear
}

/** So many listen to one task over HTTP, from its gate to its end: all must hear every fact and every line. */
export const allHear = async (t: TestContext, count: number): Promise<void> => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  await using job = await startMainJob({ repository, project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] } })
  const id = ask(job, { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' })
  await job.until('gate.opened', id)
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
  t.after(() => agent.destroy())
  const before = process.memoryUsage().rss
  const begun = performance.now()
  const ears = Array.from({ length: count }, () => listen(`${job.httpUrl}/tasks/${id}/events`, agent))
  await Promise.all(ears.map(({ began }) => began))
  t.diagnostic(`${count} listeners are there after ${(performance.now() - begun).toFixed(0)} ms`)
  const { nc } = job.system.connection
  for (let n = 0; n < LINES; n++) nc.publish(liveSubject(id, 'write-code', 'test'), `line ${n}`)
  await Promise.all(ears.map(({ heardLines }) => heardLines))
  t.diagnostic(`and have heard ${LINES} lines each after ${(performance.now() - begun).toFixed(0)} ms`)
  job.publish('plan.approved', { id })
  await Promise.all(ears.map(({ ended }) => ended))
  const grown = (process.memoryUsage().rss - before) / 2 ** 20
  t.diagnostic(`all ended after ${(performance.now() - begun).toFixed(0)} ms; both sides together grew by ${grown.toFixed(0)} MiB`)
  const facts = await job.facts(id)
  const expected = facts.slice(0, facts.findIndex(({ type }) => type === 'task.completed') + 1).map(({ sequence }) => sequence)
  assert.ok(expected.length > 10, told(facts))
  for (const { ids } of ears) assert.deepEqual(ids, expected)
}
