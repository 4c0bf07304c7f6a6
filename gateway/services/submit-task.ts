import { createHash, randomInt } from 'node:crypto'
import type { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import type { Task } from '../../domain/task.ts'
import { withFaults } from '../../functions/intake/door-ruling.ts'
import { type AskedCreation, judgeCreation, judgeRepetition, rulesOf, sizeFaults } from '../../functions/intake/requests.ts'
import { ringOf } from '../../functions/intake/routing.ts'
import { whyUnrunnable } from '../../functions/intake/runnable.ts'
import { withoutSecrets } from '../../functions/intake/without-secrets.ts'
import type { SubmitAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { refuseWithoutRoom } from '../context/room.ts'
import { refusals } from './command.ts'
import type { TaskWishSchema } from './task-wish.ts'

type Wish = z.output<typeof TaskWishSchema>

/**
 * Stores a wish at the system's door and answers as soon as it is durable. What the door would refuse and can be known now
 * is a fault at once, and whether an id of the caller's own is free. Throws `RequestFault`: 400 with all faults, 409 when the id or the
 * key stands for another task, 503 while the disk has no room.
 */
export const submitTask = async (context: ServiceContext, { key, id, ...given }: Wish): Promise<SubmitAnswer> => {
  const at = context.now()
  const faults = sizeFaults(textOf({ ...given, id }))
  if (faults.length > 0) throw new RequestFault(400, faults)
  if (!(await isStored(context, key, id))) await refuseWithoutRoom(context.services.disk)
  const task = await withoutSecrets(given, context.services.secrets)
  const wish = { ...task, source: task.source ?? context.caller.channel }
  const content = sha256(textOf(wish))
  const first = { id: id ?? newTaskId(at), content, at: at.toISOString() }
  // A wish that is refused takes no key: corrected it may come under the same one.
  const isJudged = key !== undefined && id === undefined
  if (isJudged) await refuseFaults(context, first.id, wish, undefined)
  const claimed = key === undefined ? first : await claim(context, key, first)
  const known = id === undefined && claimed === first ? undefined : await context.task(claimed.id)
  if (!isJudged || claimed !== first) await refuseFaults(context, claimed.id, wish, known)
  // The content is a part of the message's id: other content under the same id must come to the door and be refused there.
  const sequence = await context.post(
    'task.created',
    { ...wish, id: claimed.id, requestedAt: claimed.at },
    `${claimed.id}-${content.slice(0, 22)}`,
  )
  if (id !== undefined && !known) await refuseTaken(context, sequence)
  return { id: claimed.id, sequence, created_at: known?.createdAt ?? claimed.at, repeated: known !== undefined || claimed !== first }
}

/** How long it is waited for whether an id of the caller's own was free: somebody's task may stand at the door under it. */
const TAKEN_MS = 2000

/** Throws `RequestFault` 409 where the door has refused the request meanwhile. */
const refuseTaken = async (context: ServiceContext, sequence: number): Promise<void> => {
  const outcome = await context.admissions.outcome(sequence, TAKEN_MS)
  if (outcome.kind === 'fact' && outcome.fact.type === 'request.refused') throw new RequestFault(409, refusals(outcome.fact.data))
}

/** The wish as a text. Throws `RequestFault` 400 where it is nested so deep that it cannot be one. */
const textOf = (wish: object): string => {
  try {
    return JSON.stringify(wish)
  } catch (error) {
    if (error instanceof RangeError) throw new RequestFault(400, ['metadata: it is nested too deep'])
    throw error
  }
}

interface Claim {
  readonly id: string
  readonly content: string
  readonly at: string
}

const claimKey = (context: ServiceContext, key: string): string => sha256(`${context.caller.by}\n${key}`)

/** Whether a task is known under the caller's id or key: to its repetition nobody says that nothing was stored. */
const isStored = async (context: ServiceContext, key: string | undefined, id: string | undefined): Promise<boolean> => {
  const standing = id === undefined && key !== undefined ? await context.claimed(claimKey(context, key)) : undefined
  const claimed: Claim | undefined = standing === undefined ? undefined : JSON.parse(standing)
  const known = id ?? claimed?.id
  return known !== undefined && (await context.task(known)) !== undefined
}

/** The claim that stands under the caller's key: `mine` when it is the first. Throws `RequestFault` 409 when it is for other content. */
const claim = async (context: ServiceContext, key: string, mine: Claim): Promise<Claim> => {
  const own = JSON.stringify(mine)
  const standing = await context.claim(claimKey(context, key), own)
  if (standing === own) return mine
  const theirs: Claim = JSON.parse(standing)
  if (theirs.content === mine.content) return theirs
  throw new RequestFault(409, [`key: "${key}" stands for another task already (${theirs.id}); other content needs a new key`])
}

/** Judges a wish, which its schema has read, by the door's other rules, and a new one by whether it could be done. Throws `RequestFault` with all that is wrong. */
export const refuseFaults = async (
  context: ServiceContext,
  id: string,
  data: AskedCreation['data'],
  known: Task | undefined,
): Promise<void> => {
  const asked: AskedCreation = { type: 'task.created', id, ...context.caller, data }
  if (known) {
    const ruling = judgeRepetition(asked, known)
    if (ruling.kind === 'refuse') throw new RequestFault(409, ruling.faults)
    return
  }
  const ring = await ringOf({ id, dependsOn: data.dependsOn }, context.task)
  const ruling = withFaults(judgeCreation(asked, ring, rulesOf(context.services)), await whyUnrunnable(asked, context.services))
  if (ruling.kind === 'refuse') throw new RequestFault(400, ruling.faults)
}

/** The form that the first system's clients know: `task-chat-<milliseconds>-<9 digits of base 36>`. */
const newTaskId = (at: Date): string => {
  const digits = Array.from({ length: 9 }, () => randomInt(36).toString(36)).join('')
  return `task-chat-${at.getTime()}-${digits}`
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
