import { isAbsolute, normalize, sep } from 'node:path'
import { milliseconds } from '../../bus/duration.ts'
import { EVENTS_DAYS } from '../../bus/subjects.ts'
import { laneReviewers } from '../../domain/choices.ts'
import type { AgentConfig, Config, ProjectConfig } from './config-schema.ts'
import { dotted } from './faults.ts'
import { isLoopback } from './loopback.ts'

/** A function that is given up after `timeout`, and whose work takes as long as `timeouts.<within>` says. */
export interface Work {
  readonly name: string
  readonly timeout: string
  readonly within: readonly string[]
}

/**
 * What is wrong only in the light of another setting. Everything at once, in the order of the file's sections.
 * @param works the functions whose work takes as long as a setting says
 * @param agentNames agents that count as there although they are not in `config`
 */
export function crossFaults(config: Config, works: readonly Work[] = [], agentNames: readonly string[] = []): string[] {
  return [
    ...Object.entries(config.projects).flatMap(([name, project]) => projectFaults(name, project)),
    ...Object.entries(config.agents).flatMap(([name, agent]) => agentFaults(name, agent)),
    ...masterFaults(config, agentNames),
    ...gateFaults(config),
    ...laneFaults(config),
    ...durationFaults(config, works),
    ...retentionFaults(config),
    ...portFaults(config),
    ...proxyFaults(config),
    ...chatFaults(config),
    ...blobFaults(config),
  ]
}

function projectFaults(name: string, project: ProjectConfig): string[] {
  const place = dotted(['projects', name])
  const faults: string[] = []
  if (project.path === undefined && project.url === undefined) faults.push(`${place} has no repository: give it a path or a url`)
  if (project.path !== undefined && project.url !== undefined) faults.push(`${place} has both path and url: keep one of them`)
  if (project.merge === 'ff' && project.path === undefined && project.url !== undefined)
    faults.push(`${place}.merge is "ff", which moves a branch of a local repository; with a url use "branch"`)
  for (const key of ['base', 'url', 'path'] as const) {
    const value = project[key]
    if (value === '') faults.push(`${place}.${key} must not be empty`)
    if (value?.includes('\n')) faults.push(`${place}.${key} has a line break, by which git parts its answers: rename it`)
    if (value?.startsWith('-')) faults.push(`${place}.${key} is "${value}"; git would take it for an option`)
  }
  for (const [index, file] of project.copy.entries()) {
    const leaves = isAbsolute(file) || normalize(file).split(sep)[0] === '..'
    if (leaves || file === '') faults.push(`${place}.copy[${index}] is "${file}", but must be a path inside the repository`)
  }
  return faults
}

function agentFaults(name: string, agent: AgentConfig): string[] {
  const place = dotted(['agents', name])
  const faults: string[] = []
  if (agent.preset === undefined && agent.command === undefined && agent.read_command === undefined)
    faults.push(`${place} has nothing to run: give it a preset ("claude", "codex", "scripted") or a command`)
  for (const key of ['command', 'read_command'] as const) {
    if (agent[key]?.[0] === '') faults.push(`${place}.${key} begins with an empty text, but must begin with the program`)
    if (agent.prompt === 'file' && agent[key] && !agent[key].some((word) => word.includes('{prompt_file}')))
      faults.push(`${place}.prompt is "file", but ${key} has no {prompt_file} to put its path`)
  }
  for (const variable of [...(agent.env ?? []), ...Object.keys(agent.set_env ?? {})])
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) faults.push(`${place}: "${variable}" is no name of a variable`)
  if (agent.silence !== undefined && milliseconds(agent.silence) === 0)
    faults.push(`${place}.silence is "${agent.silence}", but must be longer than nothing`)
  return faults
}

const roleOf = { planner: 'plan', implementer: 'implement', reviewer: 'review' } as const

function masterFaults(config: Config, agentNames: readonly string[]): string[] {
  return Object.entries(config.masters).flatMap(([category, master]) =>
    (['planner', 'implementer', 'reviewer'] as const).flatMap((post) => {
      const name = master?.[post]
      if (name === undefined) return []
      const place = dotted(['masters', category, post])
      const lane = laneReviewers.get(name)
      if (lane) return laneReviewerFaults(place, lane, config)
      const agent = Object.hasOwn(config.agents, name) ? config.agents[name] : undefined
      if (agent === undefined && agentNames.includes(name)) return []
      if (agent === undefined) {
        const known = Object.keys(config.agents)
        return [
          `${place} names the agent "${name}", which is not there; ${known.length > 0 ? `there are: ${known.join(', ')}` : `add a section [agents.${name}]`}`,
        ]
      }
      const roles: readonly string[] | undefined = agent.roles
      return roles && !roles.includes(roleOf[post])
        ? [`${place} is "${name}", whose roles are ${roles.join(', ')} without ${roleOf[post]}`]
        : []
    }),
  )
}

/** A lane that shall review in its own name must be asked at all, and be known to be another model than the author. */
function laneReviewerFaults(place: string, lane: 'browser' | 'api', { lanes }: Config): string[] {
  const section = `lanes.${lane}`
  if (lanes[lane] === undefined) return [`${place} is "${section}", but there is no section [${section}]`]
  if (lane === 'api' && lanes.api?.family === undefined) return [`${place} is "${section}": say in ${section}.family whose model it is`]
  if (lanes.order.includes(lane)) return []
  return [`${place} is "${section}", but lanes.order is ${lanes.order.join(', ')} without ${lane}`]
}

function gateFaults({ gate }: Config): string[] {
  return gate.channels?.length === 0 && !gate.automatic
    ? ['gate.channels is empty, so that no plan could ever be approved; name one, or set gate.automatic']
    : []
}

function laneFaults({ lanes }: Config): string[] {
  const faults = Object.entries(lanes.purpose).flatMap(([purpose, lane]) => {
    if (lane === undefined) return []
    const place = dotted(['lanes', 'purpose', purpose])
    if (!lanes.order.includes(lane)) return [`${place} is "${lane}", which is not in lanes.order`]
    if (purpose === 'chat' && lane !== 'browser') return [`${place} is "${lane}", but jobs of the model proxy go to the browser lane alone`]
    const missing = (lane === 'api' && !lanes.api) || (lane === 'browser' && !lanes.browser)
    return missing ? [`${place} is "${lane}", but there is no section [lanes.${lane}]`] : []
  })
  if (new Set(lanes.order).size < lanes.order.length) faults.push('lanes.order names a lane twice')
  return faults
}

function durationFaults(config: Config, works: readonly Work[]): string[] {
  const durations = {
    'gate.expiry': config.gate.expiry,
    'limits.task_age': config.limits.task_age,
    'retention.prompts': config.retention.prompts,
    'budget.time': config.budget.time,
    'nats.ack_wait': config.nats.ack_wait,
    ...(config.nats.streams.max_age ? { 'nats.streams.max_age': config.nats.streams.max_age } : {}),
    ...browserDurations(config),
    ...Object.fromEntries(Object.entries(config.timeouts).map(([name, value]) => [`timeouts.${name}`, value])),
  }
  const retention = config.nats.streams.max_age ?? `${EVENTS_DAYS}d`
  return Object.entries(durations).flatMap(([place, text]) => {
    const length = milliseconds(text)
    if (length === 0) return [`${place} is "${text}", but must be longer than nothing`]
    if (waits.includes(place) && length >= milliseconds(retention))
      return [`${place} is "${text}", but must be shorter than the ${retention} after which stream EVENTS forgets what is waited for`]
    if (length > 3_650 * DAY) return [`${place} is "${text}", but must be shorter than ten years`]
    return works
      .filter(({ within, timeout }) => within.some((name) => place === `timeouts.${name}`) && length >= milliseconds(timeout))
      .map(
        ({ name, timeout }) =>
          `${place} is "${text}", but must be shorter than the ${timeout} after which ${name} is given up and tried again`,
      )
  })
}

const DAY = 86_400_000
/** What ends by a timer, or is held, in EVENTS. */
const waits = ['gate.expiry', 'limits.task_age', 'lanes.browser.hold', 'lanes.browser.deadline']

/** An open task may ask again what it asked before. */
function retentionFaults({ retention: { prompts }, limits: { task_age } }: Config): string[] {
  if (milliseconds(prompts) >= milliseconds(task_age)) return []
  return [
    `retention.prompts is "${prompts}", but must not be shorter than limits.task_age ("${task_age}"), for so long a task may ask again`,
  ]
}

function browserDurations({ lanes: { browser } }: Config): Record<string, string> {
  if (!browser) return {}
  const cooldowns = Object.entries(browser.cooldown).map(([state, value]) => [`lanes.browser.cooldown.${state}`, value] as const)
  return { 'lanes.browser.deadline': browser.deadline, 'lanes.browser.hold': browser.hold, ...Object.fromEntries(cooldowns) }
}

function chatFaults({ gateway: { chat }, projects }: Config): string[] {
  return Object.entries(chat).flatMap(([platform, settings]) =>
    settings?.project !== undefined && !Object.hasOwn(projects, settings.project)
      ? [`gateway.chat.${platform}.project is "${settings.project}", which is not in [projects]`]
      : [],
  )
}

function proxyFaults({ gateway: { proxy } }: Config): string[] {
  return isLoopback(proxy.host) || proxy.token_env
    ? []
    : [`gateway.proxy.host is "${proxy.host}", which others can reach: name a variable with a token in gateway.proxy.token_env`]
}

function blobFaults({ blobs }: Config): string[] {
  return blobs.store === 's3' && !blobs.s3 ? ['blobs.store is "s3", but there is no section [blobs.s3]'] : []
}

function portFaults({ nats }: Config): string[] {
  return nats.port >= 0 && nats.port <= 65_535 ? [] : [`nats.port is ${nats.port}, but must be between 1 and 65535, or 0 for any free one`]
}
