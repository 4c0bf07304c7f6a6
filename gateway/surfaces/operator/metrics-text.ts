import { Counter, Gauge, Registry } from 'prom-client'
import { Statuses } from '../../../domain/phases.ts'
import type { Workload } from '../../../functions/views/workload.ts'
import type { FunctionsAnswer, SystemAnswer } from '../../answers.ts'
import type { Refusals } from '../../http/refusals.ts'

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE

export interface Counted {
  readonly functions: FunctionsAnswer['functions']
  readonly system: Pick<SystemAnswer, 'lane' | 'running'>
  readonly workload: Pick<Workload, 'dispatches' | 'running' | 'tasks'>
  readonly refused: ReturnType<Refusals['all']>
  /** Seconds. */
  readonly uptime: number
  readonly now: Date
}

/** The metrics as of now. They are read where they are kept, so nothing is counted here between two calls. */
export const metricsOf = async (counted: Counted): Promise<string> => {
  const register = new Registry()
  const set = gauges(register)
  ofDispatches(register, set, counted.workload)
  set('cortex_uptime_seconds', 'Seconds since the process began to listen', [], [[{}, counted.uptime]])
  const tasksIn = (status: string): number => counted.workload.tasks.find((row) => row.status === status)?.tasks ?? 0
  set(
    'cortex_tasks',
    'Tasks by status',
    ['status'],
    Statuses.map((status) => [{ status }, tasksIn(status)]),
  )
  set('cortex_handlers_running', 'Messages at work in this process', [], [[{}, counted.system.running.length]])
  ofFunctions(set, counted)
  ofLane(set, counted.system)
  const refused = new Counter({
    name: 'cortex_http_refused_total',
    help: 'Requests that were refused or failed',
    labelNames: ['status', 'route'],
    registers: [register],
  })
  for (const { status, route: path, count } of counted.refused) refused.inc({ status, route: path }, count)
  return register.metrics()
}

type Values<Label extends string> = readonly (readonly [labels: Readonly<Record<Label, string>>, value: number])[]
type SetGauge = <Label extends string = never>(name: string, help: string, labels: readonly Label[], values: Values<Label>) => void

const gauges =
  (register: Registry): SetGauge =>
  (name, help, labelNames, values) => {
    const gauge = new Gauge({ name, help, labelNames, registers: [register] })
    for (const [labels, value] of values) gauge.set(labels, value)
  }

const ofDispatches = (register: Registry, set: SetGauge, { dispatches, running }: Counted['workload']): void => {
  const { total, failed } = dispatches[0] ?? { total: 0, failed: 0 }
  const registers = [register]
  new Counter({ name: 'cortex_dispatches_total', help: 'Calls of agents', registers }).inc(total)
  new Counter({ name: 'cortex_dispatches_failed_total', help: 'Calls of agents that failed', registers }).inc(failed)
  const sum = running.reduce((calls, one) => calls + one.calls, 0)
  set('cortex_dispatches_running', 'Calls of agents that run', [], [[{}, sum]])
  set(
    'cortex_dispatches_running_by_stage',
    'Calls of agents that run, by stage',
    ['stage'],
    running.map(({ stage, calls }) => [{ stage }, calls]),
  )
}

type Look = Counted['functions'][number]

const ofFunctions = (set: SetGauge, { functions, now }: Counted): void => {
  const age = ({ oldest_at: at }: Look): number => (at ? Math.max(0, (now.getTime() - Date.parse(at)) / 1000) : 0)
  const each: [name: string, help: string, value: (look: Look) => number][] = [
    ['cortex_function_pending', 'Messages that wait for their first delivery', ({ pending }) => pending],
    ['cortex_function_in_flight', 'Messages that are delivered and not answered', ({ in_flight }) => in_flight],
    ['cortex_function_redelivered', 'Messages in flight that were delivered more than once', ({ redelivered }) => redelivered],
    ['cortex_function_oldest_seconds', 'Age of the oldest message that is not answered', age],
    ['cortex_function_paused', '1 while the function is paused', ({ paused_until }) => (paused_until ? 1 : 0)],
  ]
  for (const [name, help, value] of each)
    set(
      name,
      help,
      ['function'],
      functions.map((look) => [{ function: look.name }, value(look)]),
    )
}

const STATES = ['ready', 'auth_required', 'challenge', 'rate_limited', 'degraded', 'unknown']

const ofLane = (set: SetGauge, { lane }: Counted['system']): void => {
  if (!lane) return
  set(
    'cortex_lane_state',
    '1 for the state that the lane is in',
    ['lane', 'state'],
    STATES.map((state) => [{ lane: 'browser', state }, state === lane.state ? 1 : 0]),
  )
  set('cortex_lane_waiting', 'Questions that wait for the lane', ['lane'], [[{ lane: 'browser' }, lane.waiting]])
}
