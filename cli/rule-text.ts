import { line } from '../domain/words/plain.ts'
import { inWords } from '../domain/words/time-in-words.ts'
import type { AnswerOf } from '../gateway/operations.ts'
import { harmless } from './render.ts'

/** Learned rules for people. Pure. */

type Listed = AnswerOf<'rules'>['rules'][number]

/** Two lines a rule: which and how much it counts, and what it says. */
export const rulesText = (rules: readonly Listed[], project = ''): string => {
  if (rules.length > 0) return rules.map(inTwoLines).join('\n')
  const where = project ? ` in project "${line(project)}"` : ''
  return `no rules${where} yet: with [chum] enabled = true one is made of a lesson whose mistake was refused and mended`
}

const inTwoLines = ({ name, state, language, project, message }: Listed): string =>
  `${name}\n    ${state}, ${language} in ${line(project)}: ${line(message)}`

const STATES: Readonly<Record<string, string>> = {
  probation: 'on probation: what it finds in new lines is a warning',
  enforced: 'enforced: what it finds in new lines blocks',
  quarantined: 'quarantined: it is not looked for',
}

const TRIALS: Readonly<Record<string, string>> = {
  mended: 'found something, which was mended',
  kept: 'found something, which was delivered all the same',
  silent: 'found nothing',
  blocked: 'found something, and the task came to no result',
  broken: 'could not be read by semgrep',
}

/** A rule with what proved it, its examples, and what came of it. */
export const ruleText = (rule: AnswerOf<'rule'>, now: string): string => {
  const { name, message, state, language, project, lesson, task, reason, by, base_hits, yaml, bad, good, proof, trials } = rule
  const about = [
    ['rule', name],
    ['state', STATES[state] ?? state],
    ...(reason === undefined ? [] : [['because', `${line(reason) || 'no reason given'}${by ? ` (${line(by)})` : ''}`]]),
    ['language', `${language} in ${line(project)}`],
    ['made of', `${lesson}, from ${task}`],
    ...(base_hits > 0 ? [['base', `had it in ${base_hits} place${base_hits === 1 ? '' : 's'}: it only warns, unless you enforce it`]] : []),
  ].map(([key = '', value = '']) => `${key.padEnd(9)} ${value}`)
  const ago = (at: string): string => `${inWords(Date.parse(now) - Date.parse(at))} ago`
  const tried = trials.map(({ task: where, trial, at }) => `  ${where}: ${TRIALS[trial] ?? trial}, ${ago(at)}`)
  const parts = [
    [line(message)],
    about,
    [harmless(yaml).trim()],
    ['finds:', indented(bad)],
    ['passes over:', indented(good)],
    ['proved by:', ...proof.map(({ check, evidence }) => `  ${check}: ${line(evidence)}`)],
    ['tried on:', ...(tried.length > 0 ? tried : ['  no task yet'])],
  ]
  return parts.map((lines) => lines.join('\n')).join('\n\n')
}

const indented = (code: string): string => harmless(code).trimEnd().replace(/^/gm, '  ')

/** The YAML of these rules as one file for a repository of theirs: those that block are errors there, the others warnings. */
export const exported = (rules: readonly Pick<AnswerOf<'rule'>, 'yaml' | 'state'>[]): string => ['rules:', ...rules.map(inFile)].join('\n')

const inFile = ({ yaml, state }: Pick<AnswerOf<'rule'>, 'yaml' | 'state'>): string => {
  const rule = yaml.replace(/^rules:\n/, '').trimEnd()
  return state === 'enforced' ? rule.replace(/^( +severity: )WARNING$/m, '$1ERROR') : rule
}
