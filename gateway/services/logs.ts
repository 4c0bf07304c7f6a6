import type { BlobRef } from '../../bus/blobs.ts'
import { RequestFault } from '../../bus/define-service.ts'
import { nameOfRun } from '../../domain/catalogue/checks.ts'
import type { Fact } from '../../domain/fact.ts'
import type { LogsAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { findTask } from './find-task.ts'
import { pageOf } from './paging.ts'

export interface LogEntry {
  readonly event: string
  /** The agent, or the command of a check. */
  readonly about: string
  readonly at: string
  readonly blob: BlobRef
}

/** Everything in a story that left a log, oldest first. Pure. */
export const logsOf = (facts: readonly Fact[]): LogEntry[] =>
  facts.flatMap((fact): LogEntry[] => {
    const { type: event, time: at, data } = fact
    if ('checks' in data) return data.checks.map((run) => ({ event, about: nameOfRun(run), at, blob: run.output }))
    if (!('log' in data) || !data.log) return []
    const about = 'agent' in data ? data.agent : 'attempt' in data ? data.attempt.implementer : fact.source
    return [{ event, about, at, blob: data.log }]
  })

/** The list of a task's logs and a piece of one of them: the last one when none is named. */
export const tellLogs = async (context: ServiceContext, input: { id: string; number?: number; offset: number }): Promise<LogsAnswer> => {
  const { id } = await findTask(context, input.id)
  const logs = logsOf(await context.facts(id, -1))
  const number = input.number ?? logs.length
  const entry = logs[number - 1]
  if (logs.length > 0 && !entry) throw new RequestFault(404, [`${id} has ${logs.length} logs; there is no number ${number}`])
  const text = entry ? await context.blobs.text(entry.blob) : ''
  return {
    id,
    logs: logs.map(({ event, about, at, blob }, index) => ({ number: index + 1, event, about, at, bytes: blob.bytes })),
    number,
    ...pageOf(text, input.offset),
  }
}
