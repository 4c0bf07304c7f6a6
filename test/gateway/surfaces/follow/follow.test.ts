import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../../../../domain/fact.ts'
import { type FollowSources, followTasks } from '../../../../gateway/surfaces/follow/follow-tasks.ts'
import type { LiveLine } from '../../../../gateway/surfaces/follow/live-output.ts'
import { followSurface } from '../../../../gateway/surfaces/follow/surface.ts'
import { type Heard, hear } from '../../../support/event-stream.ts'
import { approved, atTheGate, cancelled, completed, type Facts, retried, started } from '../../../support/facts.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { factsOf } from '../../../support/stories.ts'
import { statusOfNew, tasksInMemory } from '../../../support/tasks-in-memory.ts'

/** A task whose facts and lines happen when the test says so. */
const givenStory = (stored: Facts, lines: readonly LiveLine[] = []) => {
  const facts = factsOf(stored)
  const reads: string[] = []
  const listening = new Set<(line: LiveLine) => void>()
  let onFact: (fact: Fact) => void = () => undefined
  let open = Promise.resolve()
  const sources: FollowSources = {
    onFact: (listener) => {
      onFact = listener
    },
    facts: async (id) => {
      reads.push(id)
      await open
      return [...facts]
    },
    lines: async () => lines,
    listen: (_id, onLine) => {
      listening.add(onLine)
      return () => listening.delete(onLine)
    },
  }
  const follower = followTasks(sources, { keepAliveMs: 60_000 })
  const done = { status: 'completed' as const, phase: 'completed', answer: 'Done.' }
  const { operations, tasks } = tasksInMemory([statusOfNew('task-1')])
  const gateway = givenGateway({ surfaces: [followSurface({ follower })], operations })
  const hearing = (path: string, lastEventId?: number): Promise<Heard> => hear((init) => gateway.ask(path, init), lastEventId)
  return {
    ...gateway,
    ...{ facts, reads, listening, follower, hearing },
    /** These happen now, after all before. */
    happen: (...more: Facts) => {
      const all = factsOf([...stored, ...more])
      for (const fact of all.slice(facts.length)) {
        facts.push(fact)
        onFact(fact)
      }
      stored = [...stored, ...more]
      if (facts.at(-1)?.type === 'task.completed') tasks.set('task-1', statusOfNew('task-1', done))
    },
    again: (fact: Fact) => onFact(fact),
    say: (line: LiveLine) => {
      for (const listener of listening) listener(line)
    },
    /** Reading the past takes until the returned function is called. */
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      open = promise
      return resolve
    },
  }
}

const types = ({ events }: Heard) => events.map(({ event }) => event)
const ids = ({ events }: Heard) => events.flatMap(({ id }) => (id === undefined ? [] : [id]))

test('a listener gets every fact with its place in the stream, those before and those to come, until the task ends', async () => {
  const story = givenStory([atTheGate()])
  await using heard = await story.hearing('/tasks/task-1/events')
  assert.equal(heard.status, 200)
  assert.match(heard.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.equal(heard.headers.get('x-accel-buffering'), 'no')
  await heard.until(({ event }) => event === 'gate.opened')
  story.happen(approved(), started('code'), completed())
  await heard.ended
  assert.deepEqual(
    types(heard),
    story.facts.map(({ type }) => type),
  )
  assert.deepEqual(
    ids(heard),
    story.facts.map(({ sequence }) => sequence),
  )
  assert.deepEqual(heard.events[0]?.data, JSON.parse(JSON.stringify(story.facts[0])))
  assert.equal(story.listening.size, 0)
})

test('who comes again gets what happened since, nothing lost and nothing twice; after the end there is nothing', async () => {
  const story = givenStory([atTheGate()])
  const last = story.facts.at(-1)?.sequence ?? 0
  story.happen(approved(), completed())
  await using heard = await story.hearing('/tasks/task-1/events', last)
  await heard.ended
  assert.deepEqual(types(heard), ['plan.approved', 'task.completed'])
  await using byQuery = await story.hearing(`/tasks/task-1/events?after=${last + 1}`)
  await byQuery.ended
  assert.deepEqual(types(byQuery), ['task.completed'])
  for (const feed of ['events', 'stream'] as const) {
    await using after = await story.hearing(`/tasks/task-1/${feed}`, last + 2)
    assert.equal(after.status, 204)
  }
})

test('what happens while the past is read is told once', async () => {
  const story = givenStory([atTheGate()])
  const release = story.hold()
  const hearing = story.hearing('/tasks/task-1/events')
  while (story.reads.length === 0) await new Promise(setImmediate)
  story.happen(approved())
  story.say({ fn: 'write-code', stream: 'agent', line: 'reading' })
  release()
  await using heard = await hearing
  await heard.until(({ event }) => event === 'output')
  const [first] = story.facts
  if (first) story.again(first)
  story.happen(completed())
  await heard.ended
  assert.deepEqual(
    ids(heard),
    story.facts.map(({ sequence }) => sequence),
  )
})

test('live output has no id; who comes late hears the last of it again, marked so', async () => {
  const lines = [{ fn: 'write-code', stream: 'agent', line: 'before anybody listened' }]
  const story = givenStory([atTheGate()], lines)
  await using early = await story.hearing('/tasks/task-1/events')
  await early.until(({ data }) => data['replay'] === true)
  story.say({ fn: 'ask-browser', stream: 'partial', line: JSON.stringify({ at: 0, text: 'Hel' }) })
  story.say({ fn: 'ask-browser', stream: 'partial', line: JSON.stringify({ at: 3, text: 'lo' }) })
  await early.until(({ data }) => data['text'] === 'lo')
  await using late = await story.hearing('/tasks/task-1/stream')
  await late.until(({ data }) => data['text'] === 'Hello')
  const output = ({ events }: Heard) => events.filter(({ event }) => event === 'output')
  assert.deepEqual(
    output(late).map(({ id, data }) => ({ id, ...data })),
    [
      { id: undefined, function: 'write-code', stream: 'agent', text: 'before anybody listened', replay: true },
      { id: undefined, function: 'ask-browser', stream: 'partial', at: 0, text: 'Hello', replay: true },
    ],
  )
  assert.deepEqual(
    output(early).map(({ data }) => [data['at'], data['text'], data['replay']]),
    [
      [undefined, 'before anybody listened', true],
      [0, 'Hel', undefined],
      [3, 'lo', undefined],
    ],
  )
})

test('the other stream tells changes of status and output, and the result at the end', async () => {
  const story = givenStory([atTheGate()])
  await using heard = await story.hearing('/tasks/task-1/stream')
  await heard.until(({ data }) => data['phase'] === 'gate')
  story.happen(approved(), started('code'), completed())
  await heard.ended
  const told = heard.events.map(({ id, event, data }) => [id, event, data['phase'], data['status']])
  assert.deepEqual(told.slice(0, 3), [
    [1, 'status', 'created', 'queued'],
    [2, 'status', 'queued', 'queued'],
    [3, 'status', 'trying', 'in_progress'],
  ])
  const end = story.facts.at(-1)?.sequence
  assert.deepEqual(told.slice(-2), [
    [undefined, 'status', 'completed', 'completed'],
    [end, 'result', 'completed', 'completed'],
  ])
  assert.equal(Object(heard.events.at(-1)?.data['result']).answer, 'Done.')
})

test('a task that was opened again goes on; its first end ends nothing', async () => {
  const story = givenStory([atTheGate(), cancelled(), retried()])
  await using heard = await story.hearing('/tasks/task-1/events')
  await heard.until(({ event }) => event === 'task.retried')
  story.happen(completed())
  await heard.ended
  assert.deepEqual(types(heard).slice(-3), ['task.cancelled', 'task.retried', 'task.completed'])
})

test('many listeners cost one reading and one subscription; with the last of them gone nothing is left', async () => {
  const story = givenStory([atTheGate()])
  const many = await Promise.all(Array.from({ length: 50 }, () => story.hearing('/tasks/task-1/events')))
  await Promise.all(many.map((heard) => heard.until(({ event }) => event === 'gate.opened')))
  assert.deepEqual([story.reads.length, story.listening.size], [1, 1])
  await Promise.all(many.map((heard) => heard[Symbol.asyncDispose]()))
  assert.equal(story.listening.size, 0)
  assert.equal((await story.ask('/tasks/task-1/events', { method: 'HEAD' })).status, 200)
  assert.equal(story.listening.size, 0)
  await using again = await story.hearing('/tasks/task-1/events')
  await again.until(({ event }) => event === 'gate.opened')
  assert.equal(story.reads.length, 3)
})

test('who reads too slowly is told to come again, and holds nothing back', async () => {
  const story = givenStory([atTheGate()], [{ fn: 'write-code', stream: 'agent', line: 'before anybody listened' }])
  const answer = await story.ask('/tasks/task-1/events')
  const reader = answer.body?.getReader()
  assert.ok(reader)
  const piece = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value)
  while (!(await piece()).includes('before anybody listened'));
  for (let n = 0; n < 5000; n++) story.say({ fn: 'write-code', stream: 'agent', line: `line ${n}` })
  const read = async (): Promise<string> => {
    const { done, value } = await reader.read()
    return done ? '' : new TextDecoder().decode(value) + (await read())
  }
  const text = await read()
  assert.match(text, /you read too slowly/)
  assert.ok(text.length < 1000, text.slice(0, 1000))
  assert.equal(story.listening.size, 0)
})

test('a stop ends every stream, so that listeners come again', async () => {
  const story = givenStory([atTheGate()])
  await using heard = await story.hearing('/tasks/task-1/stream')
  await heard.until(({ data }) => data['phase'] === 'gate')
  story.stopping.abort()
  await heard.ended
  assert.ok(!types(heard).includes('result'))
  assert.equal((await story.hearing('/tasks/task-1/events')).status, 503)
})

test('a task that is not there is 404, a place that is none is 400', async () => {
  const story = givenStory([atTheGate()])
  assert.equal((await story.ask('/tasks/task-2/events')).status, 404)
  assert.equal((await story.ask('/tasks/task-1/events', { headers: { 'last-event-id': 'x' } })).status, 400)
  assert.equal((await story.ask('/tasks/task-1/stream?after=-1')).status, 400)
  assert.equal((await story.ask('/tasks/task-1/stream?aftr=5')).status, 400)
})
