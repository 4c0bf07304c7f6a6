import { chatStep, step } from '../../bus/next-steps.ts'
import { marked } from '../../bus/noted-steps.ts'
import type { Fact } from '../../domain/fact.ts'
import { isApproved, type Task } from '../../domain/task.ts'
import { baseInWords } from '../../domain/words/base-words.ts'
import { defineFunction } from '../define-function.ts'

type About = Fact<'task.escalated' | 'task.failed' | 'gate.opened' | 'gate.reminded' | 'lane.changed'>

/** Tells a person what needs one: an escalation, a plan that waits, a task that ended without a result, a lane that only a person can open. */
export default defineFunction({
  on: ['task.escalated', 'task.failed', 'gate.opened', 'gate.reminded', 'lane.changed'],
  emits: ['notification.sent'],
  timeout: '2m',
  retry: { attempts: 6, backoff: ['2s', '15s', '1m', '5m'] },
  effect: true,
  afterEnd: true,
  tells: true,
  handler: async ({ event, state, say, services, log }) => {
    const task = await state()
    const reason = reasonFor(event, task)
    if (!reason) return []
    const told = await services.notify.person({
      key: event.id,
      event: event.type,
      task: task.id,
      title: task.created?.title ?? task.id,
      reason,
    })
    log.warn({ about: event.type, reason }, 'a person is needed')
    return [say('notification.sent', { about: event.type, channels: ['log', ...told], reason })]
  },
})

/** What the person reads; undefined when nobody needs to know. Pure. */
export const reasonFor = (event: About, task: Task): string | undefined => {
  switch (event.type) {
    case 'task.escalated':
    case 'task.failed':
      return marked(event.data).reason
    case 'gate.opened':
      return task.routed?.gate === 'automatic'
        ? undefined
        : `its plan waits for a decision${aboutBase(task)}: ${step(`plan ${task.id}`)}, then ${chatStep(`approve ${task.id}`)}`
    case 'lane.changed':
      if (event.data.state === 'auth_required')
        return `the ${event.data.lane} lane waits for you to sign in (${event.data.reason}): ${step('login')}`
      if (event.data.state === 'challenge')
        return `the ${event.data.lane} lane waits for you to answer a challenge in its window (${event.data.reason})`
      return undefined
    case 'gate.reminded':
      return task.gate?.planHash === event.data.planHash && task.gate.expiresAt === event.data.expiresAt && !isApproved(task)
        ? `its plan still waits for a decision, until ${event.data.expiresAt}: ${chatStep(`approve ${task.id}`)}`
        : undefined
  }
}

const aboutBase = (task: Task): string => {
  const said = baseInWords(task)
  return said === undefined ? '' : ` (${said})`
}
