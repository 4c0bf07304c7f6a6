import { createHash } from 'node:crypto'
import { plainly } from '../../bus/next-steps.ts'
import { marked } from '../../bus/noted-steps.ts'
import { type Standing, Standings, standingOf } from '../../domain/phases.ts'
import { isApproved, type Task } from '../../domain/task.ts'
import { baseWithOutput } from '../../domain/words/base-words.ts'
import { whyWaiting } from '../../domain/words/why-waiting.ts'
import type { ChatBody } from '../ports.ts'
import type { Settings } from '../settings.ts'
import { plain, shortened } from './plain-words.ts'
import { planOutcome } from './plan-outcome.ts'
import { isTestsSlot, testsCard, testsSlot, waitingDoubt } from './tests-card.ts'

/** A message of ours as it stands in the thread. */
export interface Posted {
  readonly slot: string
  readonly message: string
  /** Hash of what it shows. */
  readonly shown: string
  readonly plan?: { readonly task: string; readonly planHash: string } | undefined
}

/** A message that should stand in the thread. */
export interface Wanted {
  readonly slot: string
  /** Changes when what it says changes. */
  readonly shown: string
  /** A word of it by which it is found in the thread again. */
  readonly marker: string
  readonly plan?: { readonly task: string; readonly planHash: string }
  /** What it says; of a plan that waits, everything but the plan. */
  readonly body: ChatBody
  /** The plan whose text belongs into it. */
  readonly shows?: Task['plan']
}

export interface ThreadState {
  readonly story: string
  readonly tasks: readonly Task[]
  readonly openTasks: readonly Task[]
  /** What the blocked ones wait for. */
  readonly awaited: readonly Task[]
  readonly posted: readonly Posted[]
  readonly config: Pick<Settings, 'limits' | 'projects'>
  /** The platform's ids of those who are called. */
  readonly people: readonly string[]
  readonly now: string
}

/** Everything that should stand in a thread: one status for all tasks, a card for each plan and each change of tests, a call for each trouble. Pure. */
export const threadMessages = (state: ThreadState): Wanted[] => [
  statusMessage(state),
  ...cards(state),
  ...state.tasks.flatMap((task) => calls(task, state)),
]

/** What is posted once and never edited. */
export const isCall = ({ slot }: Pick<Wanted, 'slot'>): boolean => slot.startsWith('call ')

const wanted = (
  state: ThreadState,
  slot: string,
  text: string,
  more: Partial<Omit<Wanted, 'body'>> & { body?: Omit<ChatBody, 'text'> } = {},
): Wanted => {
  const marker = `ref ${sha256(`${state.story} ${slot}`).slice(0, 8)}`
  const body = { ...more.body, text: `${text}\n\n${marker}` }
  return { slot, marker, ...more, body, shown: sha256(plainly(JSON.stringify(body))) }
}

/** Characters: what every platform takes in one message. */
const STATUS_LENGTH = 1800

const statusMessage = (state: ThreadState): Wanted => {
  const lines = state.tasks.map((task, index) => ({ urgency: Standings.indexOf(standing(task)), line: lineOf(task, index + 1, state) }))
  const shown: typeof lines = []
  let length = 0
  for (const one of lines.toSorted((a, b) => a.urgency - b.urgency)) {
    length += plainly(one.line).length + 1
    if (length <= STATUS_LENGTH) shown.push(one)
  }
  const hidden = lines.length - shown.length
  const list = lines.filter((one) => shown.includes(one)).map(({ line }) => line)
  const text = [headline(state.tasks), ...list, ...(hidden > 0 ? [`… and ${hidden} more: \`status <number>\``] : [])].join('\n')
  return wanted(state, 'status', text)
}

const headline = (tasks: readonly Task[]): string => {
  const counts = Map.groupBy(tasks, standing)
  const [only = 'unknown'] = counts.keys()
  const parts = [...counts].map(([word, { length }]) => `${length} ${word}`).join(', ')
  return tasks.length === 1 ? `**1 task**: ${only}` : `**${tasks.length} tasks**: ${parts}`
}

/** A plan that is approved waits for a place, no more for a person. */
const standing = (task: Task): Standing => (task.phase === 'gate' && isApproved(task) ? 'in progress' : standingOf(task.phase))

const MARKS: Readonly<Record<Standing, string>> = {
  done: '✅',
  failed: '❌',
  cancelled: '⏹️',
  escalated: '🚨',
  'waiting for approval': '✋',
  'in progress': '⚙️',
  queued: '⏳',
}

const lineOf = (task: Task, number: number, state: ThreadState): string => {
  const word = standing(task)
  const why = word === 'waiting for approval' ? 'its plan waits for approval' : whyWaiting(task, { ...state, running: [] })
  const answer = task.outcome?.answer ? `: ${shortened(task.outcome.answer, 300)}` : ''
  return `${MARKS[word]} ${number}. ${plain(shortened(task.created?.title ?? task.id, 120))} (\`${task.id}\`) – ${plain(shortened(why + answer, 500))}`
}

/** A card for the plan, or the change of tests, that waits, and for every one that has one: it says what became of it. */
const cards = (state: ThreadState): Wanted[] => {
  const known = state.posted.flatMap(({ slot, plan }) => (plan ? [{ slot, ...plan }] : []))
  const isNewCard = (task: Task, planHash: string | undefined): planHash is string =>
    planHash !== undefined && !known.some((card) => card.task === task.id && card.planHash === planHash)
  const waiting = state.tasks.flatMap((task) => {
    const [planHash, doubt] = [task.gate?.planHash, waitingDoubt(task)]
    if (isNewCard(task, doubt)) return [{ slot: testsSlot(task.id, doubt), task: task.id, planHash: doubt }]
    return isNewCard(task, planHash) && task.routed?.gate !== 'automatic' && task.phase === 'gate' && !isApproved(task)
      ? [{ slot: `plan ${task.id} ${planHash.slice(0, 12)}`, task: task.id, planHash }]
      : []
  })
  return [...known, ...waiting].flatMap(({ slot, task: id, planHash }) => {
    const task = state.tasks.find((one) => one.id === id)
    return task ? [cardOf(state, task, slot, planHash)] : []
  })
}

const cardOf = (state: ThreadState, task: Task, slot: string, planHash: string): Wanted => {
  const plan = { task: task.id, planHash }
  if (isTestsSlot(slot)) {
    const { text, ...body } = testsCard(task, planHash)
    return wanted(state, slot, text, { plan, body })
  }
  const title = `Plan: ${plain(shortened(task.created?.title ?? task.id, 120))}`
  const outcome = planOutcome(task, planHash)
  const own = task.plan?.planHash === planHash ? task.plan : undefined
  if (outcome) {
    const summary = own ? plain(shortened(own.summary, 600)) : ''
    return wanted(state, slot, [`${outcome}`, summary, `\`${task.id}\`, plan ${planHash.slice(0, 8)}`].filter(Boolean).join('\n\n'), {
      plan,
      body: { title },
    })
  }
  const named = `\`${task.id}\`, plan ${planHash.slice(0, 8)}, open until ${task.gate?.expiresAt ?? 'it is decided'}`
  const base = baseWithOutput(task)
  return wanted(state, slot, [...(base ? [`⚠️ ${plain(shortened(base, 800))}`] : []), named].join('\n\n'), {
    plan,
    ...(own ? { shows: own } : {}),
    body: { title, buttons: ['approve', 'reject'] },
  })
}

/** A new message, for an edited one calls nobody. */
const calls = (task: Task, state: ThreadState): Wanted[] => {
  const body = { people: state.people }
  const name = `${plain(shortened(task.created?.title ?? task.id, 120))} (\`${task.id}\`)`
  if (task.phase === 'escalated' && task.end)
    return [
      wanted(
        state,
        `call ${task.id} escalated ${task.end.at}`,
        `🚨 ${name} needs a person: ${plain(shortened(marked(task.end).reason, 800))}\n\`retry ${task.id} ${task.end.class === 'base_broken' ? '[--mend-base] ' : ''}<guidance>\` opens it again`,
        { body },
      ),
    ]
  return isOverHalf(task, state.now)
    ? [
        wanted(
          state,
          `call ${task.id} reminder ${task.gate?.planHash.slice(0, 12)} ${task.gate?.openedAt}`,
          `⏰ the plan of ${name} still waits for a decision, until ${task.gate?.expiresAt}`,
          { body },
        ),
      ]
    : []
}

/** Half of the time to decide is over, and nobody has. */
const isOverHalf = (task: Task, now: string): boolean => {
  if (task.phase !== 'gate' || !task.gate || isApproved(task) || task.routed?.gate === 'automatic') return false
  const [opened, expires] = [Date.parse(task.gate.openedAt), Date.parse(task.gate.expiresAt)]
  return Date.parse(now) >= opened + (expires - opened) / 2
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
