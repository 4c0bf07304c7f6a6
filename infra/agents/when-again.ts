const second = 1000
const minute = 60 * second
const units: Readonly<Record<string, number>> = { s: second, m: minute, h: 60 * minute, d: 24 * 60 * minute }
/** A limit that lasts longer is nothing to wait for. */
const longest = 32 * 24 * 60 * minute

/**
 * When a model's server takes questions again, as far as the words of its refusal tell: "retry after 30", "try again in 3 days 4 hours",
 * "try again at 3:05 PM", "resets 3pm", or claude's seconds since 1970. Times of day are those of this machine. Pure.
 */
export function whenAgain(message: string, now: Date): Date | null {
  const at = afterSeconds(message, now) ?? afterSpan(message, now) ?? atMoment(message) ?? atTimeOfDay(message, now)
  const wait = at === null ? 0 : at.getTime() - now.getTime()
  return wait > 0 && wait < longest ? at : null
}

function afterSeconds(message: string, now: Date): Date | null {
  const found = /retry[- ]after["']?[:= ]+(\d{1,7})(?![\d:.])/i.exec(message)?.[1]
  return found === undefined ? null : new Date(now.getTime() + Number(found) * second)
}

function afterSpan(message: string, now: Date): Date | null {
  const words = /(?:try|retry) again in ((?:\d+(?:\.\d+)? ?(?:s|m|h|d)[a-z]*[ ,]*(?:and )?)+)/i.exec(message)?.[1]
  if (words === undefined) return null
  const parts = [...words.matchAll(/(\d+(?:\.\d+)?) ?(ms|[smhd])/gi)]
  const span = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unit === 'ms' ? 1 : (units[unit.toLowerCase()] ?? 0)), 0)
  return new Date(now.getTime() + span)
}

/** The seconds since 1970 that stand behind a bar, or a day with its time. */
function atMoment(message: string): Date | null {
  const epoch = /limit reached\|(\d{10})\b/.exec(message)?.[1]
  if (epoch !== undefined) return new Date(Number(epoch) * second)
  const day = /(?:again at|resets?(?: at)?) ([A-Z][a-z]{2}) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}),? (\d{1,2}:\d\d ?[AP]M)/i.exec(message)
  const parsed = day ? Date.parse(`${day[1]} ${day[2]}, ${day[3]} ${day[4]?.replace(/ ?([AP]M)/i, ' $1')}`) : Number.NaN
  return Number.isNaN(parsed) ? null : new Date(parsed)
}

/** The next time that a clock on the wall shows it. */
function atTimeOfDay(message: string, now: Date): Date | null {
  const found = /(?:again at|resets?(?: at)?) (\d{1,2})(?::(\d\d))? ?([ap])m/i.exec(message)
  if (!found) return null
  const hours = (Number(found[1]) % 12) + (found[3]?.toLowerCase() === 'p' ? 12 : 0)
  const at = new Date(now)
  at.setHours(hours, Number(found[2] ?? 0), 0, 0)
  if (at <= now) at.setDate(at.getDate() + 1)
  return at
}
