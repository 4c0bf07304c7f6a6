import { Plan } from '../../domain/catalogue/plan.ts'
import type { Fact } from '../../domain/fact.ts'
import { defineFunction } from '../define-function.ts'
import { chatSettings } from './chat-origin.ts'
import { placeMessage } from './place-message.ts'
import { planWords } from './plan-words.ts'
import { isCall, type Posted, threadMessages } from './thread-messages.ts'

/**
 * Brings the messages of a thread up to date: posts what is missing, edits what says something else by now. One at a time for
 * each thread, so that an older state never overwrites a newer one, and a platform that hangs holds up nobody else. That a message is about to be posted is a fact first: after a crash it is
 * looked for in the thread, and edited instead of posted again.
 */
export default defineFunction({
  on: ['thread.due'],
  emits: [],
  records: ['thread.posting', 'thread.posted'],
  timeout: '2m',
  retry: { attempts: 20, backoff: ['2s', '10s', '30s', '2m', '10m'] },
  afterEnd: true,
  handler: async ({ event, state, history, latest, openStates, record, blobs, services, now, signal }) => {
    const { platform, thread } = event.data
    const isOld = async (): Promise<boolean> => ((await latest('thread.due', event.subject))?.sequence ?? 0) > event.sequence
    const settings = chatSettings(services.config.gateway.chat, platform)
    if (!settings || !services.chat.has(platform) || (await isOld())) return []
    await services.chat.alone(event.subject, signal, async (alone) => {
      if (await isOld()) return
      const facts = await history()
      const posted = postedOf(facts)
      const all = await Promise.all(event.data.tasks.map((id) => state(id)))
      const tasks = all.filter(({ created }) => created !== undefined)
      const world = { story: event.subject, tasks, posted, config: services.config, now: now().toISOString() }
      const people = settings.call.length > 0 ? settings.call : settings.people
      const awaited = await Promise.all(
        tasks.flatMap(({ phase, waitingFor }) => (phase === 'blocked' ? waitingFor : [])).map((id) => state(id)),
      )
      for (const wanted of tasks.length === 0 ? [] : threadMessages({ ...world, openTasks: await openStates(), awaited, people })) {
        const { slot, shown, shows, plan } = wanted
        const before = posted.find((one) => one.slot === slot)
        if (before && (before.shown === shown || isCall(wanted))) continue
        const begun = facts.findLast((fact) => fact.type === 'thread.posting' && fact.data.slot === slot)
        const message = await placeMessage(wanted, {
          chat: services.chat,
          place: { platform, thread, signal: alone },
          before,
          begun: begun && { at: begun.time, byThis: begun.causedBy === event.id },
          now: now(),
          begin: async () => {
            const sequence = (await latest('thread.posting', event.subject))?.sequence ?? 0
            await record('thread.posting', { slot }, { guard: { filter: `thread.posting.${event.subject}`, sequence } })
          },
          body: async () => {
            const details = shows ? `${planWords(Plan.parse(JSON.parse(await blobs.text(shows.plan))))}\n\n` : ''
            return { ...wanted.body, text: `${details}${wanted.body.text}`, ...(plan ? { plan } : {}) }
          },
        })
        await record('thread.posted', { slot, message, shown, ...(plan ? { plan } : {}) })
      }
    })
    return []
  },
})

/** The messages of ours as they stand there, by the newest fact of each. */
const postedOf = (facts: readonly Fact[]): Posted[] => {
  const bySlot = new Map<string, Posted>()
  for (const fact of facts) if (fact.type === 'thread.posted') bySlot.set(fact.data.slot, fact.data)
  return [...bySlot.values()]
}
