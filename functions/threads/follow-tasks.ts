import type { NewEvent } from '../../bus/define-function.ts'
import { checksPassed } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import type { ChatSettings } from '../settings.ts'
import { type ChatOrigin, chatOriginOf, chatSettings, threadStory } from './chat-origin.ts'

/** Says that a chat thread must be brought up to date: where the task was asked for, else where people want to hear of trouble. */
export default defineFunction({
  on: [
    'task.created',
    'task.routed',
    'task.blocked',
    'task.started',
    'task.completed',
    'task.failed',
    'task.escalated',
    'task.cancelled',
    'task.retried',
    'task.resumed',
    'yardstick.approved',
    'base.checked',
    'plan.drafted',
    'plan.questioned',
    'plan.approved',
    'gate.opened',
    'gate.reminded',
    'attempt.started',
    'code.written',
    'review.passed',
    ...checksPassed,
  ],
  emits: ['thread.due'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  afterEnd: true,
  tells: true,
  handler: async ({ event, state, later, latest, services, now }) => {
    const { chat } = services.config.gateway
    if (Object.values(chat).every((settings) => settings === undefined)) return []
    const task = await state()
    const at = nextWindow(now())
    const due = (place: Pick<ChatOrigin, 'platform' | 'thread' | 'message' | 'tasks'>): NewEvent<'thread.due'> => ({
      ...later(at, 'thread.due', { platform: place.platform, thread: place.thread, tasks: [...place.tasks] }),
      id: threadStory(place),
    })
    const origin = chatOriginOf(task)
    if (origin) return chatSettings(chat, origin.platform) ? [due(origin)] : []
    const places = watchedPlaces(task, chat)
    if (needsPerson(event.type, task)) return places.map(due)
    const known = await Promise.all(places.map(async (place) => ((await latest('thread.due', threadStory(place))) ? [due(place)] : [])))
    return known.flat()
  },
})

/** Milliseconds: what happens within one of these is shown at once. */
const WINDOW = 1000

const nextWindow = (now: Date): Date => new Date((Math.floor(now.getTime() / WINDOW) + 1) * WINDOW)

/** Where tasks that did not come from a chat are told of: a thread of its own in every platform's channel for this. */
const watchedPlaces = (task: Task, chat: ChatSettings) =>
  Object.entries(chat).flatMap(([platform, settings]) =>
    settings?.notify ? [{ platform, thread: `${platform}:${settings.notify}`, message: task.id, tasks: [task.id] }] : [],
  )

const needsPerson = (type: string, task: Task): boolean =>
  type === 'task.escalated' || ((type === 'gate.opened' || type === 'gate.reminded') && task.routed?.gate !== 'automatic')
