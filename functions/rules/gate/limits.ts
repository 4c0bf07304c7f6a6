import type { RuleLanguage } from '../rule-ports.ts'
import { isBroad } from './broad.ts'
import { type Formula, partsOf, patternsOf } from './formula.ts'
import { faultOfRegex, regexInText } from './regex-limits.ts'
import { meant, tokensOf } from './tokens.ts'

const MOST_PATTERNS = 16
const LONGEST_PATTERN = 1_000
const MOST_REGEXES = 5
const MOST_ELLIPSES = 10
const MOST_METAVARIABLES = 12

/** What of a rule's patterns is beyond what a rule may ask of a machine, or of the code that it looks at. Pure. */
export function faultsOfLimits(formula: Formula, language: RuleLanguage): string[] {
  const patterns = patternsOf(formula)
  const inTexts = patterns.flatMap((pattern) => tokensOf(pattern, language)).flatMap(({ text }) => regexInText(text) ?? [])
  const regexes = [...partsOf(formula).flatMap((part) => (part.kind === 'regex' ? [part.regex] : [])), ...inTexts]
  const hasPositive = partsOf(formula).some(({ kind }) => kind === 'pattern')
  const faults = [
    ...(patterns.length > MOST_PATTERNS ? [`it has ${patterns.length} patterns, more than ${MOST_PATTERNS}`] : []),
    ...(regexes.length > MOST_REGEXES ? [`it has ${regexes.length} regexes, more than ${MOST_REGEXES}`] : []),
    ...(hasPositive ? [] : ['it says nothing that must be there']),
    ...patterns.flatMap((pattern) => faultsOfPattern(pattern, language)),
    ...regexes.slice(0, MOST_REGEXES).flatMap((regex) => faultOfRegex(regex) ?? []),
  ]
  // A regex is tried only where it was found to be harmless.
  if (faults.length > 0) return faults
  return isBroad(formula, language) ? ['it hits any call, any statement or any value: name what is wrong with it'] : []
}

function faultsOfPattern(pattern: string, language: RuleLanguage): string[] {
  if (pattern.length > LONGEST_PATTERN) return [`a pattern has ${pattern.length} characters, more than ${LONGEST_PATTERN}`]
  const tokens = meant(tokensOf(pattern, language))
  const ellipses = tokens.filter(({ text }) => text.includes('...')).length
  const metavariables = new Set(tokens.filter(({ kind, text }) => kind === 'metavariable' && text !== '...').map(({ text }) => text)).size
  const isAlone = tokens.length === 1 && tokens[0]?.kind === 'metavariable' && tokens[0].text.includes('...')
  return [
    ...(isAlone ? [`"${pattern}" alone is everything`] : []),
    ...(ellipses > MOST_ELLIPSES ? [`a pattern has ${ellipses} times "...", more than ${MOST_ELLIPSES}`] : []),
    ...(metavariables > MOST_METAVARIABLES ? [`a pattern has ${metavariables} metavariables, more than ${MOST_METAVARIABLES}`] : []),
  ]
}
