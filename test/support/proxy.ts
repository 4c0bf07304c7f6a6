import type { Hono } from 'hono'
import { serveApp } from '../../gateway/http/serve.ts'
import { type ProxyDependencies, proxyApp } from '../../gateway/surfaces/proxy/app.ts'
import { defaultSettings, type ProxySettings } from '../../gateway/surfaces/proxy/settings.ts'
import { type FakeJobs, fakeJobs } from './fake-jobs.ts'

interface Given extends Partial<Omit<ProxyDependencies, 'settings' | 'jobs'>> {
  readonly jobs?: FakeJobs
  readonly settings?: Partial<ProxySettings>
}

/** The proxy before jobs in memory; what it logs is kept. */
export const givenProxy = ({ jobs = fakeJobs({ answer: () => 'Hello.' }), settings = {}, ...rest }: Given = {}) => {
  const logged: string[] = []
  const app: Hono = proxyApp({ jobs, settings: { ...defaultSettings, ...settings }, log: (line) => logged.push(line), ...rest })
  /** A request without a network, as a client on this machine makes it. */
  const ask = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      headers: { host: 'localhost:8000', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return { app, jobs, logged, ask }
}

/** The same, listening on loopback; disposing stops it. */
export const servedProxy = async (given: Given = {}) => {
  const proxy = givenProxy(given)
  const served = await serveApp({ app: proxy.app, host: '127.0.0.1', port: 0 })
  return { ...proxy, url: served.url, stop: served.stop, [Symbol.asyncDispose]: served.stop }
}

/** A PNG of one pixel. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
export const pixelUrl = `data:image/png;base64,${pixel.toString('base64')}`

export const hello = { model: 'gpt-test', messages: [{ role: 'user', content: 'Hello World' }] }

/** The JSON of the events in a stream of server-sent events, and its comments. */
export const readEvents = (text: string) => {
  const blocks = text.split('\n\n').filter((block) => block.trim() !== '')
  const comments = blocks.filter((block) => block.startsWith(':')).map((block) => block.slice(1).trim())
  const data = blocks.flatMap((block) => block.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : [])))
  return { comments, data, events: data.filter((one) => one !== '[DONE]').map((one) => JSON.parse(one)) }
}
