const minute = 60_000
const units: readonly [RegExp, number][] = [
  [/^(?:s|sec|second|sekunde|seconde|segundo|秒)/iu, 1_000],
  [/^(?:min|m$|分)/iu, minute],
  [/^(?:h|stunde|heure|ora\b|時間)/iu, 60 * minute],
  [/^(?:d|tag|jour|día|日)/iu, 24 * 60 * minute],
]
const span =
  /(\d+(?:[.,]\d+)?)\s*((?:seconds?|secs?|sekunden?|secondes?|segundos?|minutes?|mins?|minuten?|minutos?|hours?|hrs?|stunden?|heures?|horas?|days?|tage?n?|jours?|días?|[smhd])(?![\p{L}\d])|秒|分|時間|日)/giu
const clock = /(?<!\d)(\d{1,2})(?:[:h.](\d{2}))?\s*([ap])\.?\s?m\b\.?|(?<![\d.,])([01]?\d|2[0-3])[:h]([0-5]\d)(?::[0-5]\d)?(?!\d)/iu
const isoTime = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/u

/**
 * The moment a notice names for trying again: a full date, a span ("in 5 minutes", "1 h 20 min") or a time of day in the local zone
 * ("at 15:40", "after 3:45 PM"; tomorrow's when today's is past). Undefined when it names none.
 */
export const resetTime = (text: string, now: Date): Date | undefined => isoMoment(text) ?? afterSpan(text, now) ?? atClock(text, now)

const isoMoment = (text: string): Date | undefined => {
  const found = isoTime.exec(text)?.[0]
  const moment = found === undefined ? Number.NaN : Date.parse(found.replace(' ', 'T'))
  return Number.isNaN(moment) ? undefined : new Date(moment)
}

const afterSpan = (text: string, now: Date): Date | undefined => {
  let total = 0
  for (const [, amount = '', name = ''] of text.matchAll(span)) {
    const unit = units.find(([pattern]) => pattern.test(name))?.[1] ?? 0
    total += Number(amount.replace(',', '.')) * unit
  }
  return total > 0 ? new Date(now.getTime() + total) : undefined
}

const atClock = (text: string, now: Date): Date | undefined => {
  const found = clock.exec(text)
  if (!found) return undefined
  const [, hour12, minute12, half, hour24, minute24] = found
  const hours = half === undefined ? Number(hour24) : (Number(hour12) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  const moment = new Date(now)
  moment.setHours(hours, Number(minute12 ?? minute24 ?? 0), 0, 0)
  if (moment.getTime() <= now.getTime()) moment.setDate(moment.getDate() + 1)
  return moment
}
