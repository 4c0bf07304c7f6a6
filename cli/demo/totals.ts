import { durationsOf, type Task } from '../../domain/task.ts'

/** What it took, and where to look next. Pure. */
export const totals = (
  task: Task,
  where: { folder: string; repository: string; dataDir: string; command: string; hops: number; elapsedMs: number },
): string[] => {
  const durations = Object.entries(durationsOf(task, task.end?.at ?? task.updatedAt)).filter(([, ms]) => ms >= 1)
  const { usage } = task
  const cost = usage.costUsd === undefined ? '' : `, ${usage.costUsd.toFixed(4)} USD`
  const agents = [...new Set(task.rounds.flatMap(({ attempt }) => [attempt.implementer, attempt.reviewer]))]
  return [
    '',
    ending(task),
    `Time    ${durations.map(([phase, ms]) => `${phase} ${seconds(ms)}`).join(', ')}; ${seconds(where.elapsedMs)} in all`,
    `Events  ${where.hops}`,
    `Agents  ${agents.join(', ') || 'none'}; ${task.rounds.length} round${task.rounds.length === 1 ? '' : 's'}`,
    `Tokens  ${usage.inputTokens} in, ${usage.outputTokens} out${cost}`,
    '',
    'Look next:',
    ...(task.outcome?.branch ? [`  git -C ${where.repository} show ${task.outcome.branch}`] : []),
    `  ${where.command} story ${task.id} --data ${where.dataDir}`,
    `  ${where.command} init      in a repository of yours`,
  ]
}

const ending = (task: Task): string => {
  if (task.phase === 'completed')
    return `Done: the definition of done passed; the result is on branch ${task.outcome?.branch} of the sample repository.`
  return `${task.phase === 'escalated' ? 'Escalated to a person' : `Ended: ${task.phase}`}: ${task.end?.reason}`
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
