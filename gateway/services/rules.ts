import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { LessonId } from '../../domain/catalogue/lesson.ts'
import { forgeIdFor, rulebookOf } from '../../domain/learner.ts'
import { meaningOf } from '../../domain/words/meaning.ts'
import { type BookedRule, rulesIn } from '../../functions/rules/rulebook.ts'
import { CommandAnswer, RulesAnswer, WholeRuleAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'

const tag = 'rules'
const rule = z.string().min(1).max(80).describe('its name or id, or the beginning of one, or the id of its lesson')
const project = z.string().max(64).optional().describe('of one project')
const reason = z.string().max(2000).trim().default('').describe('is kept with it')
/** The answer of HTTP. */
const shown = {
  schema: z.object({
    rule: z.string(),
    outcome: z.string().describe('the type of the fact that it led to; "pending" while it is not decided yet'),
  }),
  of: ({ id, outcome }: z.infer<typeof CommandAnswer>) => ({ rule: id, outcome }),
}
const TRIALS = 200

/** Rules that were made of lessons: as their rulebooks say, so that they are told also while views are built. */
export const ruleOperations = {
  rules: defineOperation({
    name: 'rules.list',
    summary: 'The rules of the projects, in the order of their admission.',
    scopes: ['read'],
    input: z.strictObject({ project, state: z.enum(['probation', 'enforced', 'quarantined']).optional() }),
    answer: RulesAnswer,
    http: { method: 'get', path: '/rules', operationId: 'listRules', tag, description: 'All of them' },
    handler: async (wish, context) => ({
      rules: (await booked(context, wish.project)).filter(({ state }) => !wish.state || wish.state === state).map(listed),
    }),
  }),
  rule: defineOperation({
    name: 'rules.show',
    summary: 'One rule with its examples, what proved it, and what came of it in tasks.',
    scopes: ['read'],
    input: z.strictObject({ rule }),
    answer: WholeRuleAnswer,
    http: { method: 'get', path: '/rules/{rule}', operationId: 'getRule', tag, description: 'The rule' },
    handler: async (asked, context) => {
      const found = await only(context, asked.rule)
      const tried = (await context.facts(found.rule, -1)).filter((fact) => fact.type === 'rule.tried')
      const trials = tried.map(({ data, time }) => ({ task: data.task, trial: data.trial, at: time }))
      const { yaml, bad, good, proof } = found
      return { ...listed(found), yaml, bad, good, proof, trials: trials.toReversed().slice(0, TRIALS) }
    },
  }),
  enforceRule: defineOperation({
    name: 'rules.enforce',
    summary: 'What a rule finds in new lines blocks from the next scan on.',
    scopes: ['operate'],
    input: z.strictObject({ rule, reason }),
    answer: CommandAnswer,
    http: { method: 'post', path: '/rules/{rule}/enforce', operationId: 'enforceRule', tag, description: 'It blocks', shown },
    handler: (asked, context) => say(context, 'rule.enforced', asked),
  }),
  quarantineRule: defineOperation({
    name: 'rules.quarantine',
    summary: 'A rule is not looked for any more.',
    scopes: ['operate'],
    input: z.strictObject({ rule, reason }),
    answer: CommandAnswer,
    http: { method: 'post', path: '/rules/{rule}/quarantine', operationId: 'quarantineRule', tag, description: 'It is out of use', shown },
    handler: (asked, context) => say(context, 'rule.quarantined', asked),
  }),
  undoRule: defineOperation({
    name: 'rules.undo',
    summary: 'The last word about a rule is taken back: it counts as before.',
    scopes: ['operate'],
    input: z.strictObject({ rule, reason }),
    answer: CommandAnswer,
    http: { method: 'post', path: '/rules/{rule}/undo', operationId: 'undoRule', tag, description: 'It counts as before', shown },
    handler: (asked, context) => say(context, 'rule.restored', asked),
  }),
}

type Word = 'rule.enforced' | 'rule.quarantined' | 'rule.restored'

/** A person's word about a rule; the answer names the rule, not the rulebook that it stands in. */
const say = async (context: ServiceContext, type: Word, asked: { rule: string; reason: string }): Promise<CommandAnswer> => {
  const { rule: id, name, project: of } = await only(context, asked.rule)
  return { ...(await command(context, type, { id: rulebookOf(of), rule: id, reason: asked.reason })), id: name }
}

const booked = async (context: ServiceContext, of?: string): Promise<BookedRule[]> => {
  const names = Object.keys(context.services.config.projects).filter((name) => of === undefined || name === of)
  const books = await Promise.all(names.map((name) => context.facts(rulebookOf(name), -1)))
  return books.flatMap(rulesIn)
}

/** What became of the rule that a lesson could have led to, in words. */
const whyNone = async (context: ServiceContext, lesson: string): Promise<string> => {
  if (!LessonId.safeParse(lesson).success) return ''
  const facts = await context.facts(forgeIdFor(lesson), -1)
  const last = facts.findLast(({ type }) => type === 'rule.dropped' || type === 'rule.postponed' || type === 'rule.refused')
  if (last?.type === 'rule.dropped' || last?.type === 'rule.postponed') return `: ${meaningOf(last)}`
  if (facts.length > 0) return `: one is being made of it${last ? `; the first was ${meaningOf(last)}` : ''}`
  return ': none was made, for nothing that was refused and mended in its task shows it in code'
}

/** The rule of that name, id or lesson, or the only one whose name or id begins so. */
const only = async (context: ServiceContext, asked: string): Promise<BookedRule> => {
  const all = await booked(context)
  const exact = all.filter((one) => [one.name, one.rule, one.lesson].includes(asked))
  const [found, other] = exact.length > 0 ? exact : all.filter((one) => one.name.startsWith(asked) || one.rule.startsWith(asked))
  if (!found) throw new RequestFault(404, [`there is no rule ${asked}${await whyNone(context, asked)}`])
  if (other) throw new RequestFault(400, [`rule: several begin with "${asked}": ${found.name}, ${other.name}; give more of the name`])
  return found
}

const listed = ({ name, rule: id, project: of, state, before, word, message, language, lesson, task, baseHits }: BookedRule) => ({
  ...{ name, rule: id, project: of, state, message, language, lesson, task, base_hits: baseHits.length },
  ...(before ? { before } : {}),
  ...(word ? { reason: word.reason, ...(word.by ? { by: word.by } : {}) } : {}),
})
