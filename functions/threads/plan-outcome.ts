import { marked } from '../../bus/noted-steps.ts'
import { isApproved, type Task } from '../../domain/task.ts'

/** What became of a plan that was shown to people, in a sentence; undefined while it waits. Pure. */
export const planOutcome = (task: Task, planHash: string): string | undefined => {
  const approval = task.approvals.find((one) => one.planHash === planHash)
  if (approval) return `✅ approved by ${approval.by} (${approval.channel})`
  if (task.end) return task.end.class === 'rejected' ? `❌ ${task.end.reason}` : `⏹️ the task is ${task.phase}: ${marked(task.end).reason}`
  if (task.gate && task.gate.planHash !== planHash) return '↪️ another plan took its place'
  if (task.phase === 'gate' && task.gate?.planHash === planHash && !isApproved(task)) return undefined
  if (task.phase === 'planning' && task.wishes.length > 0) return '✏️ changes were asked for; it is planned again'
  return '↪️ it is planned again'
}
