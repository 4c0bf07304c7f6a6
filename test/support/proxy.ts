import type { Presence } from '../../bus/jetstream/presence.ts'
import type { HttpCaller } from '../../gateway/http/gateway-app.ts'
import type { GuardSettings } from '../../gateway/http/guards.ts'
import { serveApp } from '../../gateway/http/serve.ts'
import type { Operations } from '../../gateway/operations.ts'
import { defaultSettings, type ProxySettings } from '../../gateway/surfaces/proxy/settings.ts'
import {
  modelsDocument,
  NO_MODELS_GUIDE,
  noModelsSurface,
  type ProxyNeeds,
  proxyError,
  proxySurface,
} from '../../gateway/surfaces/proxy/surface.ts'
import { toolSurface } from '../../gateway/surfaces/tools/surface.ts'
import { type FakeJobs, fakeJobs } from './fake-jobs.ts'
import { givenGateway } from './gateway.ts'

interface Given extends Partial<Pick<ProxyNeeds, 'fetchImage' | 'presence'>> {
  /** Without any there is no browser lane. */
  readonly jobs?: FakeJobs | undefined
  readonly settings?: Partial<ProxySettings>
  readonly guards?: Partial<GuardSettings>
  /** What the proxy's own token is; with one, nobody comes in without. */
  readonly token?: string
  readonly origins?: readonly string[]
  /** What the tools may do; without it they are not served. */
  readonly tools?: Partial<Operations>
}

const owner: HttpCaller = { name: 'proxy', scopes: ['create', 'read'], isLocal: false }

/** No other process is there. */
export const alone: Presence = { attend: () => () => undefined, isAttended: async () => false }

/** The proxy before jobs in memory; what it logs is kept. */
export const givenProxy = (given: Given = {}) => {
  const { settings: some, guards = {}, token, origins = [], tools, fetchImage, presence = alone } = given
  const jobs = 'jobs' in given ? given.jobs : fakeJobs({ answer: () => 'Hello.' })
  const settings = { ...defaultSettings, ...some }
  const gateway = givenGateway({
    surfaces: [
      ...(tools ? [toolSurface()] : []),
      jobs
        ? proxySurface({ jobs, settings, presence, listening: Promise.resolve(), ...(fetchImage ? { fetchImage } : {}) })
        : noModelsSurface(),
      modelsDocument('1.2.3'),
    ],
    operations: tools ?? {},
    guide: jobs ? undefined : NO_MODELS_GUIDE,
    mostBytes: settings.bodyLimit,
    answerError: proxyError,
    guards: {
      origins,
      section: 'gateway.proxy',
      ...{ tokensRequired: token !== undefined, anyKey: token === undefined, isOpen: (path) => token !== undefined && path === '/health' },
      verify: (key) => (key === token ? owner : undefined),
      ...guards,
    },
  })
  /** A request without a network, as a client on this machine makes it. */
  const ask = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    gateway.app.request(path, {
      headers: { host: 'localhost:8000', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return { ...gateway, jobs: jobs ?? fakeJobs(), ask }
}

/** The same, listening on loopback; disposing stops it. */
export const servedProxy = async (given: Given = {}) => {
  const proxy = givenProxy(given)
  const served = await serveApp({ app: proxy.app, host: '127.0.0.1', port: 0 })
  const stop = (): Promise<void> => {
    proxy.stopping.abort()
    return served.stop()
  }
  return { ...proxy, url: served.url, stop, [Symbol.asyncDispose]: stop }
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
