import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as think } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cacheFolder, findOnPath } from '../../../../infra/setup/cache.mjs'
import { cachedNodeClients, cachedPythonClients } from '../../../setup/proxy-clients.mjs'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { servedProxy } from '../../../support/proxy.ts'

/** The trial of ten minutes in short: the status, white space and comments go out before the answer, as they do after minutes. */
const settings = { keepAliveMs: 200, headersWithinMs: 500 }
const THOUGHT_MS = 2_000
const modes = ['whole', 'streamed']
const programs = join(import.meta.dirname, '../../../support/proxy-clients')
const cache = cacheFolder(process.env)
const run = promisify(execFile)

/** The program and its words by which a client asks. */
type Command = (url: string, client: string, mode: string, text: string) => readonly [program: string, ...words: string[]]

/** The page begins to think when all of `count` clients have asked, and answers one after the other. */
const thinkingPage = (count: number) => {
  const jobs = fakeJobs({
    answer: async (turn) => {
      turn.send()
      await jobs.until((views) => views.length >= count)
      if (turn.id === 'job-1') await think(THOUGHT_MS)
      return `Answer to ${turn.request.prompt}.`
    },
  })
  return jobs
}

/** Asks with all of them at once, whole and streamed; each gets its own answer, and each question is one prompt. */
const askAll = async (clients: readonly string[], command: Command): Promise<void> => {
  const questions = clients.flatMap((client) => modes.map((mode) => ({ client, mode, text: `${client} ${mode}` })))
  const jobs = thinkingPage(questions.length)
  await using proxy = await servedProxy({ jobs, settings })
  const answers = await Promise.all(
    questions.map(async ({ client, mode, text }) => {
      const [program, ...words] = command(proxy.url, client, mode === 'streamed' ? 'stream' : 'whole', text)
      return textIn((await run(program, words, { timeout: 120_000 })).stdout.trim())
    }),
  )
  assert.deepEqual(
    answers,
    questions.map(({ text }) => `Answer to ${text}.`),
  )
  assert.deepEqual(jobs.requests.map(({ prompt }) => prompt).sort(), questions.map(({ text }) => text).sort())
}

/** The text in what a program printed that reads no JSON itself. */
const textIn = (printed: string): string => {
  if (printed.startsWith('{')) return JSON.parse(printed).choices[0].message.content
  const events = printed.split('\n').filter((line) => line.startsWith('data: {'))
  if (events.length === 0) return printed
  return events.map((line) => JSON.parse(line.slice(6)).choices[0].delta.content ?? '').join('')
}

const bodyOf = (mode: string, text: string): string =>
  JSON.stringify({ model: 'gpt-test', messages: [{ role: 'user', content: text }], stream: mode === 'stream' })

const missing = (what: unknown, name: string): string | false =>
  what ? false : `${name} is not there: "node test/setup/setup.mjs --for wide" installs what a registry has`
const [python, litellm, node] = [cachedPythonClients(cache, 'clients'), cachedPythonClients(cache, 'litellm'), cachedNodeClients(cache)]
const [go, java, curl] = ['go', 'java', 'curl'].map((name) => findOnPath(name, process.env))

describe('a long thought is waited for, whole and streamed, and each question is one prompt', () => {
  const pythonCommand =
    (program: string | null): Command =>
    (...words) => [program ?? '', join(programs, 'clients.py'), ...words]
  const nodeCommand: Command = (...words) => [process.execPath, join(programs, 'clients.mjs'), ...words, node ?? '']

  test('by clients in Python', { skip: missing(python, 'langchain-openai for Python') }, () =>
    askAll(['openai', 'responses', 'langchain', 'ollama', 'requests', 'urllib', 'httpx', 'aiohttp'], pythonCommand(python)),
  )
  test('by LiteLLM', { skip: missing(litellm, 'LiteLLM') }, () => askAll(['litellm'], pythonCommand(litellm)))
  test('by clients in Node', { skip: missing(node, 'the clients for Node') }, () =>
    askAll(['openai', 'ai', 'langchain', 'ollama', 'axios'], nodeCommand),
  )
  test('by curl', { skip: missing(curl, 'curl') }, () =>
    askAll(['curl'], (url, _client, mode, text) => [curl ?? '', '-sSN', `${url}/v1/chat/completions`, '-d', bodyOf(mode, text)]),
  )
  test('by Go', { skip: missing(go, 'Go') }, () =>
    askAll(['net/http'], (url, _client, mode, text) => {
      return [go ?? '', 'run', join(programs, 'client.go'), `${url}/v1/chat/completions`, bodyOf(mode, text)]
    }),
  )
  test('by Java', { skip: missing(java, 'Java') }, () =>
    askAll(['HttpURLConnection', 'java.net.http'], (url, client, mode, text) => {
      return [java ?? '', join(programs, 'Client.java'), `${url}/v1/chat/completions`, client, bodyOf(mode, text)]
    }),
  )

  test('also by a client that loses patience and asks again by itself, without a word', {
    skip: missing(node, 'the clients for Node'),
  }, async () => {
    const jobs = thinkingPage(1)
    await using proxy = await servedProxy({ jobs, settings })
    const { stdout } = await run(process.execPath, nodeCommand(proxy.url, 'impatient', 'whole', 'again and again').slice(1), {
      timeout: 60_000,
    })
    assert.deepEqual([stdout, jobs.requests.length], ['Answer to again and again.', 1])
  })
})
