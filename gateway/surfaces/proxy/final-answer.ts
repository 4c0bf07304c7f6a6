import { type JobAnswer, type JobRequest, type Jobs, type JobView, repairKey, type WaitOptions } from '../../jobs/jobs.ts'
import { type AnswerForm, repairPrompt } from './answer-form.ts'
import { type Attendance, ClientGone } from './attendance.ts'
import { ProxyFault } from './fault.ts'
import { jobFault } from './job-fault.ts'
import type { Question } from './question.ts'
import { UncheckedAnswer } from './schema-check.ts'
import { type Limited, limited } from './text-limits.ts'
import type { ToolCall } from './tool-wish.ts'

export interface Answered {
  /** The job whose answer it is: the repair's where there was one. */
  readonly job: JobView
  readonly answer: JobAnswer
  /** What the client gets. */
  readonly text: string
  /** The same as a stream may have begun to show it, the one that is preferred first. */
  readonly readings: readonly string[]
  /** Tools of the client that it calls; then it has no text. */
  readonly calls: readonly ToolCall[]
  /** Whether it ended by itself, may be cut, or calls tools. */
  readonly finish: Limited['finish'] | 'tool_calls'
  /** What a reader should know of it. */
  readonly note?: string
}

interface AnswerNeeds {
  readonly jobs: Jobs
  readonly attendance: Attendance
  readonly now: () => Date
}
type Following = Omit<WaitOptions, 'waitMs'> & { signal: AbortSignal }

/**
 * The answer to a question whose job is submitted. One that has not the wished form is asked for once more, in the same
 * conversation. Throws `ProxyFault` when there is no answer, `ClientGone` when nobody waits any more.
 */
export const finalAnswer = async (around: AnswerNeeds, question: Question, job: JobView, following: Following): Promise<Answered> => {
  const first = await completed(around, job, following)
  const { form, request } = question
  if (!form) return ended(first, question, readingsOf(first.answer))
  const read = await readBy(form, first)
  if ('text' in read) return formed(first, question, read)
  const { jobs, attendance } = around
  const repair = repairRequest(request, first.answer, read.faults, form)
  const again = await jobs.submit(repair, repairKey(first.job.id), attendance.join)
  const second = await completed(around, again, { signal: following.signal, onThinking: following.onThinking }).catch((error) => {
    // Who asks again finds the repair by the first job.
    if (error instanceof ClientGone) attendance.missed(first.job.id)
    throw error
  })
  const reread = await readBy(form, second)
  if ('text' in reread) return formed(second, question, reread)
  const { faults } = reread
  throw unusable(second.job, `The answer has not the wished form, not even after one repair: ${faults.join('; ')}`, { faults })
}

const readBy = async (form: AnswerForm, { job, answer }: Pick<Answered, 'job' | 'answer'>): ReturnType<AnswerForm['read']> => {
  try {
    return await form.read(answer.text)
  } catch (error) {
    if (!(error instanceof UncheckedAnswer)) throw error
    throw unusable(job, `There is an answer, and nobody knows whether it has the wished form: ${error.message}`)
  }
}

/** There is an answer, which can be read as it is, and which is not what was asked for. */
const unusable = ({ id }: JobView, message: string, more: Readonly<Record<string, unknown>> = {}): ProxyFault =>
  new ProxyFault({
    status: 424,
    code: 'UPSTREAM_BAD_RESPONSE',
    message,
    isSent: true,
    details: { job_id: id, result: `/async/result/${id}`, ...more },
  })

/** The answer up to the limits of its question. */
const ended = (
  done: Pick<Answered, 'job' | 'answer'>,
  { request: { limits }, unused }: Question,
  texts: readonly [string, ...string[]],
): Answered => {
  const { text, finish } = limited(texts[0], limits)
  const { mayBeCut = false, notes = [] } = done.answer
  const cut = finish === 'length' ? [`cut to ${limits?.maxTokens} tokens, counted as four characters each`] : []
  const note = [...notes, ...cut, ...(unused ? [unused] : [])].join('; ')
  const readings = texts.map((one) => limited(one, limits).text)
  return { ...done, text, readings, calls: [], finish: mayBeCut ? 'length' : finish, ...(note === '' ? {} : { note }) }
}

const formed = (
  done: Pick<Answered, 'job' | 'answer'>,
  question: Question,
  { text, calls }: { text: string; calls: readonly ToolCall[] },
): Answered => (calls.length > 0 ? { ...ended(done, question, ['']), calls, finish: 'tool_calls' } : ended(done, question, [text]))

/** What was odd about an answer, as a header can say it. */
export const noteHeaders = ({ note }: Pick<Answered, 'note'>): Record<string, string> =>
  note === undefined ? {} : { 'x-cortex-note': note.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 1000) }

/** The same in a body, where the headers are out already. */
export const noteField = ({ note }: Pick<Answered, 'note'>): { readonly cortex_note?: string } =>
  note === undefined ? {} : { cortex_note: note }

const readingsOf = ({ text, rendered }: JobAnswer): [string, ...string[]] => (rendered === undefined ? [text] : [text, rendered])

const completed = async (around: AnswerNeeds, { id }: JobView, following: Following) => {
  const job = await around.attendance.follow(id, following)
  if (job.state !== 'completed' || !job.answer) throw jobFault(job, around.now())
  return { job, answer: job.answer }
}

/** Where the conversation cannot go on, the whole is asked anew, with the answer that will not do. */
const repairRequest = (request: JobRequest, answer: JobAnswer, faults: readonly string[], form: AnswerForm): JobRequest => {
  if (answer.conversation)
    return { ...request, prompt: repairPrompt(faults, form), images: [], conversation: { kind: 'resume', url: answer.conversation } }
  const previous = `${request.prompt}\n\nThe answer so far was:\n\n${answer.text}`
  return { ...request, prompt: repairPrompt(faults, form, previous) }
}
