import type { DataOf } from '../../domain/catalogue/index.ts'
import type { ChumSettings } from '../settings.ts'

const DAY_MS = 86_400_000

/** Until when a project's learning waits, for what it took today is all that it may, and why; undefined while there is a budget. Pure. */
export const learningWaits = (
  charged: Pick<DataOf<'learning.charged'>, 'day' | 'tokens' | 'usd'> | undefined,
  settings: Pick<ChumSettings, 'tokens_per_day' | 'usd_per_day'>,
  now: Date,
): { until: Date; reason: string } | undefined => {
  const today = now.toISOString().slice(0, 10)
  const reason = charged?.day === today ? whySpent(charged, settings) : undefined
  return reason ? { until: new Date(Date.parse(`${today}T00:00:00Z`) + DAY_MS), reason } : undefined
}

const whySpent = (
  { tokens, usd }: { tokens: number; usd: number },
  { tokens_per_day, usd_per_day }: Pick<ChumSettings, 'tokens_per_day' | 'usd_per_day'>,
): string | undefined => {
  if (tokens_per_day !== undefined && tokens >= tokens_per_day) return `learning took ${tokens} of ${tokens_per_day} tokens today`
  if (usd_per_day !== undefined && usd >= usd_per_day) return `learning cost ${usd.toFixed(2)} of ${usd_per_day} USD today`
  return undefined
}
