import { lintSource } from '@secretlint/core'
import { secretLintProfiler } from '@secretlint/profiler'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import type { Found } from './found.ts'
import { findByOwnRules } from './own-rules.ts'

// It would keep a note of every text for the life of the process.
secretLintProfiler.setEnabled(false)

/** Comments in a text do not say what is looked for in it. */
const COMMENTS = '@secretlint/secretlint-rule-filter-comments'
/** Whose numbers are no secrets. */
const HARMLESS = ['AWSAccountID']
const options = { '@secretlint/secretlint-rule-aws': { enableIDScanRule: true } }
const config = {
  rules: rules
    .filter(({ meta }) => meta.id !== COMMENTS)
    .map((rule) => ({
      id: rule.meta.id,
      rule,
      options: Object.entries(options).find(([id]) => id === rule.meta.id)?.[1] ?? {},
      allowMessageIds: HARMLESS,
    })),
}

/** `GITHUB_TOKEN` and `AWSAccessKeyID` as words. */
const wordsOf = (messageId: string): string =>
  messageId
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()

/** The value of which a message speaks: its range is not always the value's. */
const placeOf = (text: string, message: { range: readonly number[]; data?: unknown }): Pick<Found, 'start' | 'end' | 'value'> => {
  const [from = 0, to = from] = message.range
  const named = Object.values(message.data ?? {}).filter((each): each is string => typeof each === 'string')
  const start = named
    .map((value) => ({ value, at: text.indexOf(value, from) }))
    .find(({ value, at }) => value.length >= 8 && at >= 0 && at <= to)
  return start
    ? { start: start.at, end: start.at + start.value.length, value: start.value }
    : { start: from, end: to, value: text.slice(from, to) }
}

/** Every secret that looks like one, by secretlint's rules and a few of our own; in no order, and two may overlap. */
export const findSecrets = async (text: string): Promise<Found[]> => {
  const source = { content: text, filePath: 'text', ext: '', contentType: 'text' as const }
  const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } })
  const found = messages.map((message) => ({ ...placeOf(text, message), kind: wordsOf(message.messageId) }))
  return [...found, ...findByOwnRules(text)]
}
