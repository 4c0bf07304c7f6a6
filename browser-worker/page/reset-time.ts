/** The words of a page's languages around times; English and the months of the page's own language are known without them. */
export interface TimeWords {
  readonly locale: string
  readonly times: {
    readonly seconds: readonly string[]
    readonly minutes: readonly string[]
    readonly hours: readonly string[]
    readonly days: readonly string[]
    /** Stand for 1 before a unit. */
    readonly one: readonly string[]
    /** Stand behind the hour of a clock. */
    readonly oclock: readonly string[]
    /** Stand before a span that says how often, or how long back. */
    readonly every: readonly string[]
    /** Stand before the time from which on it may be tried again. */
    readonly again: readonly string[]
  }
}

type Unit = 'seconds' | 'minutes' | 'hours' | 'days'

/** A time that stands in the text, and where. */
interface Found {
  readonly at: number
  readonly moment: Date
}

const unitMs: Readonly<Record<Unit, number>> = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }
const english: Readonly<Record<Unit | 'one' | 'oclock' | 'every' | 'again', readonly string[]>> = {
  seconds: ['seconds', 'second', 'secs', 'sec', 's'],
  minutes: ['minutes', 'minute', 'mins', 'min', 'm'],
  hours: ['hours', 'hour', 'hrs', 'hr', 'h'],
  days: ['days', 'day', 'd'],
  one: ['an', 'a', 'one'],
  oclock: ["o'clock"],
  every: ['every', 'per', 'last', 'past', 'previous', 'each', 'within', '/'],
  again: ['try again', 'again', 'after', 'resets', 'reset', 'available', 'until', 'wait'],
}
/**
 * The moment a notice names for trying again: a full date, a span ("in 5 minutes", "1 h 20 min", "in 02:30"), a day ("May 7, 3:45 PM") or a
 * time of day in the local zone ("at 15:40"; tomorrow's when today's is past). What stands behind words like "try again" comes before
 * all else; spans that tell how often ("every 3 hours") never count. Undefined when it names none.
 */
export const resetTime = (text: string, now: Date, words: TimeWords): Date | undefined => {
  const plain = withoutRates(text, words)
  const found = [...isoMoments(plain), ...spans(plain, now, words), ...days(plain, now, words), ...clocks(plain, now, words)].sort(
    (one, other) => one.at - other.at,
  )
  const leads = [...matches(plain, `(?<!\\p{L})(?:${any('again', words)})`), ...matches(plain, '(?<!\\p{L})at\\b')]
  for (const { index } of leads) {
    const next = found.find(({ at }) => at >= index)
    if (next) return next.moment
  }
  return found[0]?.moment
}

const any = (name: keyof typeof english, { times }: TimeWords): string =>
  [...english[name], ...times[name]]
    .sort((one, other) => other.length - one.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|')

const matches = (text: string, source: string) => [...text.matchAll(new RegExp(source, 'giu'))]

/** An amount and its unit, each unit in a group of its own: words of letters end where a letter follows none. */
const spanOf = (words: TimeWords): string => {
  const units = (['seconds', 'minutes', 'hours', 'days'] as const).map((unit) => `(?<${unit}>${any(unit, words)})`).join('|')
  return `(?:(?<amount>\\d+(?:[.,]\\d+)?)\\s*|(?<!\\p{L})(?<half>half\\s+)?(?<one>${any('one', words)})\\s+)(?:${units})(?:(?<=[a-zà-ÿ])(?!\\p{L}|\\d)|(?<![a-zà-ÿ]))`
}

/** Spans that tell how often, or of what length a limit is, are blanked out; all else keeps its place. */
const withoutRates = (text: string, words: TimeWords): string => {
  const span = spanOf(words).replace(/\?<(?:amount|half|one|seconds|minutes|hours|days)>/g, '?:')
  const often = `(?:(?<!\\p{L})(?:${any('every', words)})(?:\\s+the)?\\s+|/\\s*)(?:${span}|(?:${any('hours', words)}|${any('days', words)})(?!\\p{L}))`
  const long = `${span}\\s+(?=limit|window|period|cap\\b|quota)`
  return text.replace(new RegExp(`${often}|${long}`, 'giu'), (rate) => ' '.repeat(rate.length))
}

const isoMoments = (text: string): Found[] =>
  matches(text, '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:Z|[+-]\\d\\d:?\\d\\d)?').flatMap(({ 0: whole, index }) => {
    const moment = new Date(whole.replace(' ', 'T'))
    return Number.isNaN(moment.getTime()) ? [] : [{ at: index, moment }]
  })

/** Spans that follow each other are one: "1 hour 20 min". */
const spans = (text: string, now: Date, words: TimeWords): Found[] => {
  const sums: { at: number; end: number; ms: number }[] = []
  for (const { 0: whole, index, groups = {} } of matches(text, spanOf(words))) {
    const unit = (['seconds', 'minutes', 'hours', 'days'] as const).find((name) => groups[name] !== undefined) ?? 'seconds'
    const amount = groups['amount'] === undefined ? (groups['half'] ? 0.5 : 1) : Number(groups['amount'].replace(',', '.'))
    const last = sums.at(-1)
    const end = index + whole.length
    if (last && /^[\s,]*(?:\p{L}{1,3}\s+)?$/u.test(text.slice(last.end, index)))
      Object.assign(last, { end, ms: last.ms + amount * unitMs[unit] })
    else sums.push({ at: index, end, ms: amount * unitMs[unit] })
  }
  const clocks = matches(text, '(?<!\\p{L})in\\s+(\\d{1,2}):([0-5]\\d)(?::([0-5]\\d))?(?!\\d|\\s*[ap]\\.?m)').map(
    ({ index, 1: h, 2: m, 3: s = '0' }) => ({
      at: index,
      ms: Number(h) * unitMs.hours + Number(m) * unitMs.minutes + Number(s) * unitMs.seconds,
    }),
  )
  return [...sums, ...clocks].filter(({ ms }) => ms > 0).map(({ at, ms }) => ({ at, moment: new Date(now.getTime() + ms) }))
}

const clockOf = (words: TimeWords): string => {
  const oclock = any('oclock', words)
  const half = '(?<hour12>\\d{1,2})(?:[:h.](?<minute12>[0-5]\\d))?\\s*(?<half>[ap])\\.?\\s?m\\b'
  const spoken = `(?<hourSpoken>[01]?\\d|2[0-3])(?:[.:](?<minuteSpoken>[0-5]\\d))?\\s*(?:${oclock})(?!\\p{L})`
  const whole = '(?<hour24>[01]?\\d|2[0-3])[:h](?<minute24>[0-5]\\d)(?::[0-5]\\d)?(?!\\d)'
  return `(?<![\\d.,:])(?:${half}|${spoken}|${whole})`
}

type Groups = Readonly<Record<string, string | undefined>>

const timeIn = (groups: Groups): { hours: number; minutes: number } | undefined => {
  const { hour12, minute12, half, hourSpoken, minuteSpoken, hour24, minute24 } = groups
  const minutes = Number(minute12 ?? minuteSpoken ?? minute24 ?? 0)
  if (hour12 !== undefined) return { hours: (Number(hour12) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0), minutes }
  const hours = hourSpoken ?? hour24
  return hours === undefined ? undefined : { hours: Number(hours), minutes }
}

const clocks = (text: string, now: Date, words: TimeWords): Found[] =>
  matches(text, clockOf(words)).flatMap(({ index, groups = {} }) => {
    const time = timeIn(groups)
    if (!time) return []
    const moment = new Date(now)
    moment.setHours(time.hours, time.minutes, 0, 0)
    if (moment.getTime() <= now.getTime()) moment.setDate(moment.getDate() + 1)
    return [{ at: index, moment }]
  })

/** Days by their date, with or without a year and a clock behind; without a year the next such day counts. */
const days = (text: string, now: Date, words: TimeWords): Found[] => {
  const names = monthNames(words.locale)
  const month = `(?<!\\p{L})(?<month>${[...names.keys()].join('|')})\\.?`
  const day = '(?<!\\d)(?<day>0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th|\\.)?'
  const year = '(?:,?\\s+(?<year>20\\d\\d))?'
  const behind = `(?:,?\\s*(?:\\p{L}{2,3}\\s+)?${clockOf(words)})?`
  const numbers = '(?<!\\d)(?<day>\\d{1,2})\\.(?<monthNumber>\\d{1,2})\\.(?:(?<year>20\\d\\d))?'
  const orders = [
    `${month}\\s+${day}(?!\\d|:)${year}${behind}`,
    `${day}\\s+(?:de\\s+)?${month}(?!\\p{L})${year}${behind}`,
    `${numbers}${behind}`,
  ]
  return orders.flatMap((order) =>
    matches(text, order).flatMap(({ index, groups = {} }) => {
      const number =
        groups['monthNumber'] === undefined ? names.get((groups['month'] ?? '').toLowerCase()) : Number(groups['monthNumber']) - 1
      return number === undefined || number > 11 ? [] : [{ at: index, moment: dayAt(groups, number, now) }]
    }),
  )
}

const dayAt = (groups: Groups, month: number, now: Date): Date => {
  const time = timeIn(groups) ?? { hours: 0, minutes: 0 }
  const year = Number(groups['year'] ?? now.getFullYear())
  const moment = new Date(year, month, Number(groups['day']), time.hours, time.minutes)
  // A day that has just begun, or a time just past, is not meant for next year.
  if (groups['year'] === undefined && now.getTime() - moment.getTime() > unitMs.days) moment.setFullYear(year + 1)
  return moment
}

/** Long and short names of the months in English and the page's language, in small letters, each with its number from 0 on. */
const monthNames = (locale: string): Map<string, number> => {
  const names = new Map<string, number>()
  for (const style of ['long', 'short'] as const) {
    for (const language of ['en', locale]) {
      const format = new Intl.DateTimeFormat(language, { month: style, day: 'numeric', timeZone: 'UTC' })
      for (let month = 0; month < 12; month++) {
        const name = format.formatToParts(Date.UTC(2026, month, 1)).find(({ type }) => type === 'month')?.value ?? ''
        const letters = name.replace(/\.$/, '').toLowerCase()
        if (/^\p{L}+$/u.test(letters)) names.set(letters, month)
      }
    }
  }
  return names
}
