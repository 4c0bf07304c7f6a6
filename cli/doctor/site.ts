import type { Logger } from 'pino'
import { z } from 'zod'
import { siteReport } from '../../browser-worker/turn/turn.ts'
import { askService } from '../../bus/jetstream/ask.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { findSystem, knownOperatorSecret, loginFor } from '../../infra/app/system-file.ts'
import { browserOf, openTab } from '../../infra/browser/browser.ts'
import type { LoadedConfig } from '../../infra/config/config.ts'
import type { Environment } from '../../infra/config/environment.ts'

const Count = z.object({ all: z.int(), visible: z.int() })
const SiteAnswer = z.looseObject({
  ready: z.boolean(),
  state: z.looseObject({ state: z.string(), reason: z.string() }),
  url: z.string(),
  title: z.string(),
  language: z.string().optional(),
  selectors: z.record(z.string(), Count.extend({ by: z.record(z.string(), Count) })),
  body_preview: z.string(),
})
/** With whose tab it was seen. */
export type SeenSite = z.infer<typeof SiteAnswer> & { readonly seenBy: string }

/** Milliseconds the running worker has for its answer. */
const ANSWER_MS = 6000

/**
 * How well the site pack fits the live page: asked of the running worker, whose tab it is, else looked at with a browser of
 * our own on the same profile. Throws with the reason when the page cannot be seen.
 */
export const examineSite = async (input: { loaded: LoadedConfig; env: Environment; log: Logger }): Promise<SeenSite> => {
  const running = findSystem(input.loaded.dataDir)
  if (running.kind === 'running') {
    await using connection = await openConnection(running.record, input.log)
    const identity = { secret: knownOperatorSecret(input.loaded.dataDir) ?? '', by: 'doctor', channel: 'cli' }
    const reply = await askService(connection, 'cortex-browser.tab.state', {}, { timeoutMs: ANSWER_MS, identity })
    if (reply.kind === 'answer') return readAnswer(reply.body, "in the worker's tab as it stands")
    if (reply.kind === 'fault') throw new Error(`the browser worker cannot tell: ${reply.faults.join('; ')}`)
    if (reply.kind === 'silence') throw new Error(`the browser worker did not answer within ${ANSWER_MS / 1000} s`)
  }
  const tab = await openTab(browserOf(input))
  try {
    return readAnswer(await siteReport(tab), 'opened just now')
  } finally {
    await tab.session.close()
  }
}

const readAnswer = (body: unknown, seenBy: string): SeenSite => {
  const fault = z.looseObject({ fault: z.string() }).safeParse(body)
  if (fault.success) throw new Error(`the page cannot be seen: ${fault.data.fault}`)
  return { ...SiteAnswer.parse(body), seenBy }
}

const openConnection = async (record: Parameters<typeof loginFor>[0], log: Logger) => {
  const connection = await connectBus({ url: record.url, ...loginFor(record), name: 'cortex-doctor', log })
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })
}

/** Every selector with its hits; `all/visible`. Pure. */
export const siteText = ({ url, title, language, ready, state, selectors, seenBy }: SeenSite): string => {
  const named = Object.entries(selectors).filter(([, { by }]) => Object.keys(by).length > 0)
  const left = Object.keys(selectors).filter((name) => !named.some(([other]) => other === name))
  const width = Math.max(0, ...named.map(([name]) => name.length))
  const lines = named.flatMap(([name, { all, visible, by }]) => {
    const head = `${name.padEnd(width)}  ${String(all).padStart(3)} found, ${String(visible).padStart(3)} visible`
    const each = Object.entries(by).map(
      ([selector, count]) =>
        `${' '.repeat(width + 2)}${String(count.all).padStart(3)} found, ${String(count.visible).padStart(3)} visible  ${selector}`,
    )
    return [head, ...each]
  })
  return [
    `page   ${title} (${url}), ${seenBy}`,
    `state  ${ready ? 'ready' : `${state.state}: ${state.reason}`}`,
    ...(language ? [`note   ${language}`] : []),
    '',
    'How often each selector is found, and how often it can be seen. On an empty page only the composer is needed; turns, stop, thinking and the',
    'like show while and after an answer is written, dialogs and logins when there are any.',
    '',
    ...lines,
    ...(left.length > 0 ? ['', `not in the pack: ${left.join(', ')}`] : []),
  ].join('\n')
}
