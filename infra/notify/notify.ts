import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type Typed, withSteps } from '../../bus/next-steps.ts'
import type { Notify } from '../../functions/ports.ts'
import type { Config } from '../config/config-schema.ts'
import { type Environment, pickVariables } from '../config/environment.ts'
import { withoutCredentials } from '../git/git-problem.ts'
import { runProcess } from '../processes/processes.ts'

export interface NotifyOptions {
  escalation: Config['escalation']
  dataDir: string
  env: Environment
  log: { warn(details: object, message: string): void }
  /** How the person who is told types a next step. */
  typed: Typed
  /** For each channel. Default 20 seconds. */
  timeoutMs?: number
}

type Message = Parameters<Notify['person']>[0]

/** What a mail or desktop program needs; nothing else of ours is passed on. */
const passedOn = ['PATH', 'HOME', 'LANG', 'USER', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'TMPDIR']

async function tellByCommand(options: NotifyOptions, argv: readonly string[], body: string, key: string, timeoutMs: number): Promise<void> {
  const cwd = path.resolve(options.dataDir)
  await mkdir(cwd, { recursive: true, mode: 0o700 })
  const record = `notify-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
  const env = pickVariables(options.env, passedOn)
  const run = await runProcess({ argv, cwd, env, stdin: body, timeoutMs, groupRecord: { dataDir: options.dataDir, key: record } })
  if (run.exitCode === 0) return
  const why =
    run.startFailure?.message ?? (run.timedOut ? `not done after ${timeoutMs / 1000} s` : `exit code ${run.exitCode ?? run.signal}`)
  throw new Error(`the command ${argv[0]} failed: ${why}${run.stderr ? `: ${run.stderr.trim().slice(-300)}` : ''}`)
}

async function tellByWebhook(url: string, body: string, key: string, timeoutMs: number): Promise<void> {
  const shown = withoutCredentials(url).split('?')[0]
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'webhook-id': key, 'user-agent': 'cortex' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new Error(`the webhook ${shown} could not be reached: ${cause}`, { cause: error })
  }
  if (!response.ok) throw new Error(`the webhook ${shown} answered ${response.status}`)
}

/** The `Notify` service: the same JSON to the configured command (on stdin) and webhook (POST, `Webhook-Id` = key), each on its own. */
export function createNotify(options: NotifyOptions): Notify {
  const { command, webhook } = options.escalation
  const timeoutMs = options.timeoutMs ?? 20_000

  function channels(message: Message): [string, () => Promise<void>][] {
    const body = JSON.stringify({ ...message, reason: withSteps(message.reason, options.typed) })
    const all: [string, () => Promise<void>][] = []
    if (command) all.push(['command', () => tellByCommand(options, command, body, message.key, timeoutMs)])
    if (webhook) all.push(['webhook', () => tellByWebhook(webhook, body, message.key, timeoutMs)])
    return all
  }

  return {
    person: async (message) => {
      const configured = channels(message)
      const outcomes = await Promise.allSettled(configured.map(([, tell]) => tell()))
      const reasons = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [String(outcome.reason instanceof Error ? outcome.reason.message : outcome.reason)] : [],
      )
      const took = configured.filter((_, index) => outcomes[index]?.status === 'fulfilled').map(([name]) => name)
      if (configured.length > 0 && took.length === 0)
        throw new Error(`Nobody could be told about task ${message.task}: ${reasons.join('; ')}. Correct [escalation] in cortex.toml.`)
      for (const reason of reasons) options.log.warn({ task: message.task, reason }, 'a channel to a person failed')
      return took
    },
  }
}
