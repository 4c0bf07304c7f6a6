import { readFileSync } from 'node:fs'
import { milliseconds } from '../../bus/duration.ts'
import type { DataOf } from '../../domain/catalogue/index.ts'
import { RuleLanguages } from '../../domain/catalogue/rule.ts'
import { learningOf } from '../../domain/learner.ts'
import { claimed } from '../chum/claimed.ts'
import { learningWaits } from '../chum/learning-budget.ts'
import { defineFunction } from '../define-function.ts'
import { fill } from '../reasoning/fill-prompt.ts'

const template = readFileSync(new URL('./ask-rule.prompt.md', import.meta.url), 'utf8')
/** Characters of the diff that are shown. */
const LONGEST_DIFF = 16_000

/** Asks for a rule, once more with the reasons after one that was refused; on a day whose budget is spent, tomorrow. */
export default defineFunction({
  on: ['rule.wanted', 'rule.refused', 'rule.resumed'],
  emits: ['reasoning.requested', 'rule.postponed', 'rule.resumed', 'rule.dropped'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  tells: true,
  handler: async ({ history, latest, say, later, blobs, services, now }) => {
    const story = await history()
    const wanted = story.find((fact) => fact.type === 'rule.wanted')
    if (!wanted) return []
    const refusals = story.filter((fact) => fact.type === 'rule.refused')
    if (refusals.length > 1) return [say('rule.dropped', { reason: reasonsOf(refusals.at(-1)!.data).join('; ').slice(0, 1000) })]
    const missing = services.config.chum.enabled ? services.ruleGate.missing() : 'learning is switched off'
    if (missing) return [say('rule.dropped', { reason: missing })]
    const { project, agent, diff, summary, detail } = wanted.data
    const charged = await latest('learning.charged', learningOf(project))
    const waits = learningWaits(charged?.data, services.config.chum, now())
    if (waits)
      return [say('rule.postponed', { until: waits.until.toISOString(), reason: waits.reason }), later(waits.until, 'rule.resumed', {})]
    const prompt = fill(template, {
      lesson: claimed(`${summary}\n${detail}`),
      diff: claimed((await blobs.text(diff)).slice(0, LONGEST_DIFF)),
      languages: RuleLanguages.join(' | '),
      refusal: refusalText(refusals.at(-1)?.data),
    })
    return [
      say('reasoning.requested', {
        purpose: 'forge',
        agent,
        prompt: await blobs.put(prompt, 'text/markdown'),
        schema: 'rule',
        timeoutMs: milliseconds(services.config.timeouts.learn),
      }),
    ]
  },
})

const reasonsOf = ({ proof }: DataOf<'rule.refused'>): string[] =>
  proof.filter(({ passed }) => !passed).map(({ check, evidence }) => `${check}: ${evidence}`)

const refusalText = (refused: DataOf<'rule.refused'> | undefined): string =>
  refused
    ? `\nYour last rule was refused:\n${reasonsOf(refused)
        .map((reason) => `- ${claimed(reason).replace(/\s+/g, ' ')}`)
        .join('\n')}\n`
    : ''
