import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { commentText, eventStream, eventText, retryText, tellPieces } from '../../../gateway/http/event-stream.ts'

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const unwanted = (error: unknown): never => assert.fail(String(error))
const asked = async (answer: Parameters<typeof eventStream>[1]): Promise<Response> => {
  const app = new Hono()
  app.get('/', (context) => eventStream(context, answer))
  return app.request('/')
}

test('an event has its place, its name and one line of data', () => {
  assert.equal(textOf(eventText({ id: 7, event: 'status', data: { a: 'b\nc' } })), 'id: 7\nevent: status\ndata: {"a":"b\\nc"}\n\n')
  assert.equal(textOf(eventText({ data: '[DONE]' })), 'data: [DONE]\n\n')
  assert.equal(textOf(commentText('two\nlines')), ': two lines\n\n')
  assert.equal(textOf(retryText(10)), 'retry: 10\n\n')
})

test('a line ends with its telling, and nothing between may keep what goes by', async () => {
  const answer = await asked({ tell: async ({ write }) => write(eventText({ data: 1 })), failed: unwanted })
  assert.equal(await answer.text(), 'data: 1\n\n')
  const headers = ['content-type', 'cache-control', 'x-accel-buffering'].map((name) => answer.headers.get(name))
  assert.deepEqual(headers, ['text/event-stream', 'no-cache, no-transform', 'no'])
})

test('a telling that fails ends the line, says nothing of why to the client, and is told to us', async () => {
  const failures: unknown[] = []
  const failure = new Error('the password is hunter2')
  const tell = async ({ write }: { write: (text: Uint8Array) => Promise<void> }) => {
    await write(commentText('still here'))
    throw failure
  }
  const answer = await asked({ tell, failed: (error) => failures.push(error) })
  assert.equal(await answer.text(), ': still here\n\n')
  assert.deepEqual(failures, [failure])
})

test('a silent line says that it stands, also when nobody can say why it is silent', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let asks = 0
  const words = async (): Promise<string> => {
    asks += 1
    if (asks === 1) throw new Error('the bus is away')
    resolve()
    return 'waiting'
  }
  const answer = await asked({ tell: () => promise, failed: unwanted, alive: { everyMs: 1, words } })
  assert.match(await answer.text(), /^: keepalive\n\n/)
})

test('whose client goes away is left, and what it was told from ends', async () => {
  const told: string[] = []
  const hold = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  async function* pieces() {
    try {
      yield [commentText('one')]
      await hold.promise
    } finally {
      told.push('ended')
    }
  }
  const answer = await asked({ tell: tellPieces(pieces(), left.resolve), failed: unwanted })
  const reader = answer.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  await left.promise
  hold.resolve()
  await new Promise(setImmediate)
  assert.deepEqual(told, ['ended'])
})
