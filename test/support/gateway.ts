import { withSteps } from '../../bus/next-steps.ts'
import { mapTexts } from '../../bus/noted-steps.ts'
import type { CallerChannel } from '../../domain/choices.ts'
import { type GatewayDependencies, gatewayApp } from '../../gateway/http/app.ts'
import type { GatewayApp, Surface, SurfaceNeeds } from '../../gateway/http/gateway-app.ts'
import { type GuardSettings, isOpenPath } from '../../gateway/http/guards.ts'
import { countRefusals } from '../../gateway/http/refusals.ts'
import { serveApp } from '../../gateway/http/serve.ts'
import { callOf, type Operations } from '../../gateway/operations.ts'
import { productSchema } from '../../infra/app/configuration.ts'
import type { Config } from '../../infra/config/config-schema.ts'

interface Given extends Pick<GatewayDependencies, 'guide' | 'mostBytes' | 'answerError' | 'toLogin'> {
  readonly surfaces: readonly Surface[]
  /** What the surfaces may do; every other operation fails the test by an error. */
  readonly operations?: Partial<Operations>
  /** Everything else than the defaults of cortex.toml. */
  readonly config?: Record<string, unknown>
  readonly guards?: Partial<GuardSettings>
  readonly now?: () => Date
}

export interface GivenGateway {
  readonly app: GatewayApp
  readonly config: Config
  readonly logged: { line: string; about: Readonly<Record<string, unknown>> }[]
  /** In whose name operations were asked for, over which channel. */
  readonly callers: { name: string; channel: CallerChannel }[]
  readonly refusals: ReturnType<typeof countRefusals>
  readonly stopping: AbortController
  /** A request without a network, as a client on this machine makes it; an object as the body is sent as JSON. */
  ask(path: string, init?: Omit<RequestInit, 'body'> & { body?: unknown }): Promise<Response>
}

const told = (words: string): string => withSteps(words, (step) => `here ${step}`)

/** Operations whose answers a reader can follow, as those of a system. */
const toldBy = (operations: Partial<Operations>, shown: typeof told) =>
  Object.fromEntries(
    Object.keys(operations).map((name) => [name, async (input: object) => mapTexts(await callOf(operations, name)(input), shown)]),
  )

/** The gateway's app before operations of the test's own. */
export const givenGateway = ({
  surfaces,
  operations = {},
  config: settings = {},
  guards = {},
  now = () => new Date(),
  ...shown
}: Given): GivenGateway => {
  const config = productSchema.parse(settings)
  const logged: GivenGateway['logged'] = []
  const callers: GivenGateway['callers'] = []
  const stopping = new AbortController()
  const refusals = countRefusals()
  const around: SurfaceNeeds = {
    config,
    operations: ({ name }, channel, shown = String) => {
      callers.push({ name, channel })
      return toldBy(operations, (words) => told(shown(words))) as Operations // a test that needs more says so by its error
    },
    log: (line, about = {}) => void logged.push({ line, about }),
    told,
    now,
    stopping: stopping.signal,
  }
  const { hosts, origins, tokens_required: tokensRequired } = config.gateway
  const open = { tokensRequired, isOpen: isOpenPath, hosts, origins, section: 'gateway' }
  const settled: GuardSettings = { loopback: true, localName: 'ada', verify: () => undefined, ...open, ...guards }
  const app = gatewayApp({ around, surfaces, refusals, guards: settled, ...shown })
  const ask: GivenGateway['ask'] = async (path, { body, headers, ...init } = {}) => {
    const isJson = body !== undefined && typeof body !== 'string'
    return app.request(path, {
      ...init,
      ...(body === undefined ? {} : { method: init.method ?? 'POST', body: isJson ? JSON.stringify(body) : body }),
      headers: { host: 'localhost:8900', ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    })
  }
  return { app, config, logged, callers, refusals, stopping, ask }
}

/** The same, listening on loopback; disposing stops it. */
export const servedGateway = async (given: Given): Promise<GivenGateway & AsyncDisposable & { readonly url: string }> => {
  const gateway = givenGateway(given)
  const { url, stop } = await serveApp({ app: gateway.app, host: '127.0.0.1', port: 0 })
  return {
    ...gateway,
    url,
    [Symbol.asyncDispose]: async () => {
      gateway.stopping.abort()
      await stop()
    },
  }
}
