import { createHash } from 'node:crypto'
import { RequestFault } from '../../../bus/define-service.ts'
import type { ChatOrigin } from '../../../functions/threads/chat-origin.ts'
import { plain } from '../../../functions/threads/plain-words.ts'
import type { StatusAnswer } from '../../answers.ts'
import type { Scope } from '../../http/scopes.ts'
import type { Operations } from '../../operations.ts'
import { type ChatWords, chatWords, HELP } from './chat-words.ts'
import type { DeskSettings } from './desk.ts'

/** A message of a person, the same for every platform. */
export interface Said {
  readonly platform: string
  readonly thread: string
  /** The platform's id of the message. */
  readonly message: string
  /** Whether that id tells the message from those of all threads. */
  readonly hasUniqueIds: boolean
  readonly sentAt: Date
  readonly person: Person
  /** Without the mention of us. */
  readonly text: string
  readonly isMention: boolean
}
export interface Person {
  readonly id: string
  readonly name: string
  /** False for somebody whom the platform itself calls a stranger. */
  readonly isKnown: boolean
}

/** What the answer to a message is made with. */
export interface Reception {
  readonly settings: DeskSettings
  operations(caller: { name: string; scopes: readonly Scope[] }): Operations
  /** The tasks that were asked for in the thread, oldest first. */
  readonly tasks: {
    list(): Promise<readonly string[]>
    add(ids: readonly string[]): Promise<void>
  }
}

/**
 * Does what a message says and returns what is answered; undefined for nothing, for new tasks show in the thread by themselves.
 * What cannot be done is a sentence; throws only what the same message may outlive when it is delivered again.
 */
export const receive = async (said: Said, reception: Reception): Promise<string | undefined> => {
  const words = chatWords(said.text, said.isMention)
  const refusal = refusalOf(words, said, reception.settings)
  if (refusal) return refusal
  try {
    return await carryOut(words, said, reception)
  } catch (error) {
    if (error instanceof RequestFault && error.code < 500 && error.code !== 429) return plain(error.faults.join('\n'))
    throw error
  }
}

/** The name that stands on facts: the platform's id tells who it was, the name helps people. Pure. */
export const callerName = (platform: string, { id, name }: Person): string =>
  `${platform}:${id}${name && name !== id ? ` (${name})` : ''}`.slice(0, 200)

/** Who may decide about plans over this platform. Pure. */
export const mayDecide = ({ id }: Person, { people }: DeskSettings): boolean => people.includes(id)

const mayCreate = ({ id, isKnown }: Person, { people, creators }: DeskSettings): boolean =>
  creators.length === 0 ? isKnown || people.includes(id) : creators.includes(id)

const STEERING: readonly string[] = ['tasks', 'priority', 'cancel', 'retry'] satisfies ChatWords['kind'][]
const DECIDING: readonly string[] = ['approve', 'reject', 'changes'] satisfies ChatWords['kind'][]

const refusalOf = ({ kind }: ChatWords, { person, platform }: Said, settings: DeskSettings): string | undefined => {
  if (DECIDING.includes(kind) && !mayDecide(person, settings))
    return `${plain(person.name || person.id)} may not decide about plans here: gateway.chat.${platform}.people does not name ${person.id}`
  if (STEERING.includes(kind) && !mayCreate(person, settings))
    return `${plain(person.name || person.id)} may not ask for tasks here: gateway.chat.${platform}.creators does not name ${person.id}`
  return undefined
}

const carryOut = async (words: ChatWords, said: Said, reception: Reception): Promise<string | undefined> => {
  const decides: Scope[] = mayDecide(said.person, reception.settings) ? ['approve'] : []
  const operations = reception.operations({ name: callerName(said.platform, said.person), scopes: ['create', 'read', ...decides] })
  const idOf = async (given: string): Promise<string> => referred(given, await reception.tasks.list())
  switch (words.kind) {
    case 'nothing':
      return undefined
    case 'help':
      return HELP
    case 'unclear':
      return words.sentence
    case 'tasks':
      return createTasks(words, said, reception, operations)
    case 'status':
      return status(operations, words.id === undefined ? await reception.tasks.list() : [await idOf(words.id)])
    case 'priority':
      return outcome(await operations.prioritise({ id: await idOf(words.id), priority: words.priority }), `priority ${words.priority}`)
    case 'cancel':
      return outcome(await operations.cancel({ id: await idOf(words.id), reason: words.words || undefined }), 'cancelled')
    case 'retry':
      return outcome(
        await operations.retry({ id: await idOf(words.id), guidance: words.words || undefined, mendBase: words.mendBase }),
        'tried again',
      )
    case 'approve':
      return decide(operations, await idOf(words.id), 'approve')
    case 'reject':
    case 'changes':
      return decide(operations, await idOf(words.id), words.kind, words.words)
    default:
      return words satisfies never
  }
}

/** What a text decides on is the plan that stands at this moment: its hash is read first, so that no other one can slip in. */
const decide = async (operations: Operations, id: string, kind: 'approve' | 'reject' | 'changes', words = ''): Promise<string> => {
  const { plan_hash: planHash, id: task } = await operations.plan({ id })
  const which = `plan ${planHash.slice(0, 8)}`
  const reason = words || 'rejected in the chat'
  if (kind === 'approve') return outcome(await operations.approve({ id: task, planHash }), `${which} approved`)
  if (kind === 'reject') return outcome(await operations.reject({ id: task, planHash, reason }), `${which} rejected`)
  return outcome(await operations.question({ id: task, planHash, wish: words }), `changes of ${which} asked for`)
}

const outcome = ({ id, outcome: what }: { id: string; outcome: string }, words: string): string =>
  what === 'pending' ? `\`${id}\`: taken, and decided on in a moment` : `\`${id}\`: ${words}`

type Wish = Extract<ChatWords, { kind: 'tasks' }>

const createTasks = async ({ tasks, project = undefined }: Wish, said: Said, reception: Reception, operations: Operations) => {
  const ids = tasks.map((_, index) => taskId(said, index))
  const origin: ChatOrigin = {
    platform: said.platform,
    thread: said.thread,
    message: said.message,
    person: said.person.id,
    tasks: ids,
  }
  const where = project ?? reception.settings.project
  const submitted = await Promise.allSettled(
    tasks.map(({ title, description }, index) =>
      operations.submit({
        id: ids[index],
        title,
        description,
        source: `chat:${said.platform}`,
        metadata: { chat: origin },
        ...(where === undefined ? {} : { project: where }),
      }),
    ),
  )
  const failures = submitted.flatMap((one) => (one.status === 'rejected' && !isRepeated(one.reason) ? [one.reason] : []))
  const first = failures[0]
  if (first !== undefined) throw first
  await reception.tasks.add(ids)
  return undefined
}

/** The id is made of the message: whatever else stands under it is this message as it was read another time. */
const isRepeated = (error: unknown): boolean => error instanceof RequestFault && error.code === 409

type Identity = Pick<Said, 'platform' | 'thread' | 'message' | 'hasUniqueIds'>

/** What tells a message from all others, however often and wherever it is delivered: not even its thread where ids are unique. Pure. */
export const messageKey = ({ platform, thread, message, hasUniqueIds }: Identity): readonly string[] =>
  hasUniqueIds ? [platform, message] : [platform, thread, message]

/** The same message gives the same ids, whatever was forgotten meanwhile. Pure. */
export const taskId = (said: Identity & Pick<Said, 'sentAt'>, index: number): string => {
  const { sentAt } = said
  const digest = createHash('sha256')
    .update(JSON.stringify([...messageKey(said), index]))
    .digest('hex')
  const digits = (BigInt(`0x${digest}`) % 36n ** 9n).toString(36).padStart(9, '0')
  return `task-chat-${sentAt.getTime()}-${digits}`
}

/** A number counts the thread's tasks; the end of an id is enough when it is one of these. Pure. */
export const referred = (given: string, ids: readonly string[]): string => {
  const number = /^\d{1,3}$/.test(given) ? Number(given) : 0
  const byNumber = ids[number - 1]
  if (byNumber) return byNumber
  const byEnd = ids.filter((id) => id.endsWith(given))
  return byEnd.length === 1 && byEnd[0] !== undefined ? byEnd[0] : given
}

const MAX_STATUS = 20

const status = async (operations: Operations, ids: readonly string[]): Promise<string> => {
  if (ids.length === 0) return 'nothing was asked for in this thread yet; `status <id>` tells of any task'
  const shown = ids.slice(-MAX_STATUS)
  const answers = await Promise.all(shown.map((id) => operations.status({ id })))
  const lines = answers.map((answer, index) => statusLine(answer, ids.length - shown.length + index + 1, ids.length))
  return lines.join('\n')
}

const statusLine = (answer: StatusAnswer, number: number, of: number): string => {
  const result = answer.answer ? `\n${plain(answer.answer.slice(0, 1000))}` : ''
  return `${of > 1 ? `${number}. ` : ''}${plain(answer.title)} (\`${answer.id}\`): ${answer.status.replace('_', ' ')}, ${plain(answer.why)}${result}`
}
