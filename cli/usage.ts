import type { CommandSpec, Given, OptionCheck } from './command.ts'

/** What the parser found after a command's name. */
export interface Parsed {
  readonly words: readonly string[]
  /** `true` for a switch, and for an option whose value is missing. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** Holds what was given against the command's declaration: all faults at once, or the checked input. Pure. */
export const checkUsage = (spec: CommandSpec, { words, options }: Parsed): { faults: string[] } | { given: Given } => {
  const unknown = words.filter((word) => word.startsWith('-') && word !== '-')
  const positional = words.filter((word) => !unknown.includes(word))
  const faults = [
    ...unknown.map((word) => `there is no option ${word}`),
    ...wordFaults(spec, positional, unknown.length > 0),
    ...spec.options.flatMap((option) => {
      const value = options[option.name]
      if (value === undefined) return option.required ? [`--${option.name} is missing: ${option.required}`] : []
      if (option.value === undefined) return []
      if (typeof value !== 'string' || value === '') return [`--${option.name} needs a value: --${option.name} <${option.value}>`]
      return complaint(`--${option.name}`, value, option.check)
    }),
  ]
  if (faults.length > 0) return { faults }
  return {
    given: {
      words: spec.words.map((_, index) => positional[index] ?? ''),
      value: (name) => {
        const value = options[name]
        return typeof value === 'string' ? value : undefined
      },
      isSet: (name) => options[name] !== undefined && options[name] !== false,
    },
  }
}

const complaint = (name: string, text: string, check: OptionCheck | undefined): string[] => {
  const must = check?.(text)
  return must === undefined ? [] : [`${name} is "${text}", but ${must}`]
}

/** After an unknown option nobody knows whether the next word was its value: too many words are no fault then. */
const wordFaults = (spec: CommandSpec, words: readonly string[], lenient: boolean): string[] => [
  ...spec.words.flatMap((word, index) => {
    const given = words[index]
    if (given === undefined) return word.required ? [`<${word.name}> is missing`] : []
    return complaint(`<${word.name}>`, given, word.check)
  }),
  ...(lenient
    ? []
    : words
        .slice(spec.words.length)
        .map((word) => `"${word}" is one word too many${/\s/.test(word) ? '' : '; put a text with spaces in quotes'}`)),
]
