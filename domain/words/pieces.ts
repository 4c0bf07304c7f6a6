import type { Attempt, Finding } from '../catalogue/shared.ts'

/** Pieces of the sentences about facts. Pure. */

export const round = ({ n, handoff }: Attempt): string => `attempt ${n}${handoff > 0 ? `, handoff ${handoff}` : ''}`
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
export const first = (findings: readonly Finding[]): string => {
  const finding = findings[0]
  if (!finding) return ''
  const place = finding.file ? ` (${finding.file}${finding.line ? `:${finding.line}` : ''})` : ''
  return `: ${finding.problem}${place}`
}
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
export const tokens = (usage: { inputTokens: number; outputTokens: number }): string => {
  const sum = usage.inputTokens + usage.outputTokens
  return sum === 0 ? '' : `, ${count(sum, 'token')}`
}
export const masksIn = (kinds: readonly string[] | undefined): string =>
  kinds?.length ? `; masked in the prompt: ${kinds.join(', ')}` : ''
export const denied = (denials: readonly string[]): string => (denials.length > 0 ? `; ${count(denials.length, 'action')} denied` : '')
export const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`)
export const tried = (attempt: number): string => (attempt > 1 ? ` after ${attempt} tries` : '')
