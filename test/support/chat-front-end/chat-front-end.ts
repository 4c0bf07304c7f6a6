import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from '../../../infra/setup/cache.mjs'
import { cachedChatFrontEnd } from '../../setup/chat-front-end.mjs'
import { freePort } from '../nats.ts'
import { temporaryFolder } from '../temporary.ts'

/** What the scripted model does with a prompt that has `when` in it. */
export interface FrontEndScript {
  when: string
  /** Thoughts before the answer, each under its name for so many milliseconds. */
  steps: readonly { name: string; ms: number; text: string }[]
  /** The messages of the answer, one after the other. */
  answers: readonly string[]
  charactersPerSecond: number
  /** What the model says when it fails after all that; null when it does not. */
  error: string | null
}

interface Received {
  text: string
  files: { name: string; size: number }[]
}

/** A real chat page in a process of its own, with a scripted model behind it. */
export interface ChatFrontEnd extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** Every prompt that reached the model, in order. */
  received(): Received[]
}

export interface FrontEndOptions {
  readonly scripts: readonly Partial<FrontEndScript>[]
  /** With a login, and conversations that are kept. */
  readonly accounts?: boolean
}

type Name = Parameters<typeof cachedChatFrontEnd>[1]

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const argumentsOf: Readonly<Record<Name, (port: number) => string[]>> = {
  chainlit: (port) => ['-m', 'chainlit', 'run', here('chainlit_app.py'), '--headless', '--host', '127.0.0.1', '--port', String(port)],
  gradio: (port) => [here('gradio_app.py'), String(port)],
}

/** The reason why tests with this front end cannot run here; false when they can. */
export const noFrontEnd = (name: Name): string | false =>
  pythonOf(name) === null && `${name} is not installed: npm test installs it where Python and its package index can be had`

/** Starts the front end on a free port and waits until it serves its page. Throws with what it said when it does not come up in 60 s. */
export const startFrontEnd = async (name: Name, { scripts, accounts = false }: FrontEndOptions): Promise<ChatFrontEnd> => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const [script, received] = [join(folder.path, 'scripts.json'), join(folder.path, 'received.jsonl')]
  const silent: FrontEndScript = { when: '', steps: [], answers: [], charactersPerSecond: 2_000, error: null }
  writeFileSync(script, JSON.stringify([...scripts, silent].map((one) => ({ ...silent, ...one }))))
  const port = await freePort()
  const child = spawn(pythonOf(name) ?? '', argumentsOf[name](port), {
    cwd: folder.path,
    env: {
      ...{ PATH: process.env['PATH'], HOME: folder.path, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
      ...{ FRONT_END_SCRIPTS: script, FRONT_END_RECEIVED: received, GRADIO_ANALYTICS_ENABLED: 'False', HF_HUB_OFFLINE: '1' },
      ...(accounts ? { FRONT_END_ACCOUNTS: '1', CHAINLIT_AUTH_SECRET: 'a secret that signs the cookies of this test' } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  started.defer(async () => {
    child.kill('SIGKILL')
    await exited
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-4_000)))
  const url = `http://127.0.0.1:${port}/`
  for (const end = Date.now() + 60_000; !(await answers(url)); await wait(100)) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`${name} did not come up: ${said}`)
  }
  const everything = started.move()
  return {
    url,
    pid: child.pid ?? 0,
    received: () =>
      existsSync(received)
        ? readFileSync(received, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

const pythonOf = (name: Name): string | null => cachedChatFrontEnd(cacheFolder(process.env), name)

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok
  } catch {
    return false // nobody listens yet
  }
}
