import { createRoute, z } from '@hono/zod-openapi'
import { messageOf } from '../../../bus/errors.ts'
import { DECISION_READER, DOOR_READER, OUTSIDERS_DECISION_READER, OUTSIDERS_READER } from '../../../domain/readers.ts'
import type { Surface, SurfaceNeeds } from '../../http/gateway-app.ts'
import { errors } from '../../http/route-parts.ts'
import type { OperatorNeeds } from './needs.ts'

const Health = z
  .object({
    healthy: z.boolean(),
    at_the_door: z.int().optional().describe('requests that are stored and not decided on yet; absent where it cannot be told'),
    door_bytes: z.int().optional().describe('what the door stores, some of it decided on already'),
    door_open: z.boolean().optional().describe('whether it takes what anybody publishes: not while it stores too much'),
    events_1h: z.int().describe('what a person should have seen, of the last hour'),
    recent_events: z
      .array(z.object({ type: z.string(), details: z.string(), dispatch_id: z.string(), bead_id: z.string(), time: z.string() }))
      .describe('without a token there are none'),
  })
  .openapi('Health')
type Health = z.output<typeof Health>

const content = { 'application/json': { schema: Health } }
const { 403: forbidden, 500: failed } = errors()
const route = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  tags: ['system'],
  summary: 'Whether the system can work; open to everybody',
  security: [{}],
  responses: {
    200: { description: 'It can', content },
    503: { description: 'It cannot: the bus, the views or the reader of the door is away, or the disk has no room', content },
    403: forbidden,
    500: failed,
  },
})

/** One look serves all who ask within this time: the path is open to everybody. */
const FRESH_MS = 1000
const PING_MS = 2000
const HOUR_MS = 3_600_000
const SHOWN = 100

export const healthRoute =
  (needs: OperatorNeeds): Surface =>
  (app, around) => {
    let last: { at: number; health: Promise<Health> } | undefined
    app.openapi(route, async (context) => {
      const now = around.now()
      if (!last || now.getTime() - last.at >= FRESH_MS) last = { at: now.getTime(), health: look(needs, around, now) }
      const { healthy, ...details } = await last.health
      const shown = { healthy, ...details, recent_events: context.get('caller')?.scopes.includes('read') ? details.recent_events : [] }
      return healthy ? context.json(shown, 200) : context.json(shown, 503)
    })
  }

const look = async (needs: OperatorNeeds, around: SurfaceNeeds, now: Date): Promise<Health> => {
  const since = new Date(now.getTime() - HOUR_MS).toISOString()
  const [door, recent, shortage] = await Promise.all([doorOf(needs, around), recentOf(needs, since), needs.disk.shortage()])
  const critical = [...(shortage ? [shortage] : []), ...door.critical, ...recent.critical]
  const events = [
    ...critical.map((details) => ({ type: 'gateway_critical', details, dispatch_id: '', bead_id: '', time: now.toISOString() })),
    ...recent.events,
  ]
  const { waiting, content } = door
  return {
    healthy: critical.length === 0,
    ...(waiting === undefined ? {} : { at_the_door: waiting }),
    ...(content === undefined ? {} : { door_bytes: content.bytes, door_open: content.isOpen }),
    events_1h: events.length,
    recent_events: events,
  }
}

interface Door {
  /** What keeps the system from working, in words. */
  readonly critical: readonly string[]
  readonly waiting?: number
  readonly content?: Awaited<ReturnType<OperatorNeeds['door']>>
}

/** What it means that a reader of the door is paused. */
const closed: ReadonlyMap<string, string> = new Map([
  [DOOR_READER, 'nothing that is asked for is decided'],
  [DECISION_READER, 'no decision about a plan is taken'],
  [OUTSIDERS_READER, 'nothing that is asked for over the bus is decided'],
  [OUTSIDERS_DECISION_READER, 'no decision about a plan is taken over the bus'],
])

/** Whether what is asked for is decided on, and how much stands there. */
const doorOf = async ({ ping, door }: OperatorNeeds, around: SurfaceNeeds): Promise<Door> => {
  if (!(await answersInTime(ping))) return { critical: ['the bus does not answer'] }
  try {
    const { functions } = await around.operations({ name: 'health', scopes: ['read'] }, 'gateway').functions()
    const readers = functions.filter(({ name }) => closed.has(name))
    if (!readers.some(({ name }) => name === DOOR_READER))
      return { critical: ['there is nobody to read the door: no request is decided on'] }
    const waiting = readers.reduce((sum, { pending, in_flight }) => sum + pending + in_flight, 0)
    const critical = readers.flatMap(({ name, pending, paused_until, why }) =>
      pending > 0 && paused_until ? [`${closed.get(name)}: ${why}`] : [],
    )
    return { critical, waiting, content: await door() }
  } catch (error) {
    return { critical: [`the functions cannot be looked at: ${messageOf(error)}`] }
  }
}

const answersInTime = async (ping: OperatorNeeds['ping']): Promise<boolean> => {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), PING_MS)
  const answered = ping().then(
    () => true,
    () => false, // whatever the reason: it does not answer
  )
  return Promise.race([answered, late.promise]).finally(() => clearTimeout(timer))
}

const recentOf = async ({ views }: OperatorNeeds, since: string): Promise<{ critical: string[]; events: Health['recent_events'] }> => {
  try {
    const events = (await views.health(SHOWN)).filter(({ at }) => at >= since)
    return {
      critical: [],
      events: events.map(({ type, details, task, at }) => ({ type, details, dispatch_id: '', bead_id: task ?? '', time: at })),
    }
  } catch (error) {
    return { critical: [messageOf(error)], events: [] }
  }
}
