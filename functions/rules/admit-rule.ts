import { faultsOf } from '../../bus/envelope.ts'
import { storyFilter } from '../../bus/subjects.ts'
import type { DataOf } from '../../domain/catalogue/index.ts'
import { RuleAnswer } from '../../domain/catalogue/rule.ts'
import { rulebookOf } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'
import type { Git } from '../ports.ts'
import { jsonAnswer } from '../reasoning/json-answer.ts'
import { ruleNameFor } from './rule-name.ts'
import type { RuleProposal } from './rule-ports.ts'
import { inForce, rulesIn } from './rulebook.ts'

/** Admits a proposed rule when it holds against all that a rule must be, and says of each what showed it; no two at a time enter one rulebook. */
export default defineFunction({
  on: ['forge.answered'],
  emits: ['rule.admitted', 'rule.refused', 'rule.dropped'],
  timeout: '5m',
  retry: { attempts: 4, backoff: ['2s', '20s', '2m'] },
  concurrency: 1,
  tells: true,
  handler: async ({ event, latest, history, lastSequence, say, blobs, services, signal }) => {
    const wanted = (await latest('rule.wanted', event.subject))?.data
    if (!wanted) return []
    const { project, task, lesson, summary, refusedBy } = wanted
    if (!services.config.chum.enabled) return [say('rule.dropped', { reason: 'learning is switched off' })]
    if (!services.config.projects[project]) return [say('rule.dropped', { reason: `project ${project} is not configured any more` })]
    const { answer } = event.data
    const proposal = proposalIn((await services.secrets.mask(await blobs.text(answer))).text)
    if ('faults' in proposal) return [say('rule.refused', { proof: proposal.faults.map(unreadable), answer })]
    const book = rulebookOf(project)
    const guard = { filter: storyFilter(book), sequence: await lastSequence(storyFilter(book)) }
    const booked = rulesIn(await history(book))
    if (booked.some(({ rule }) => rule === event.subject)) return []
    const others = inForce(booked)
    const name = ruleNameFor(summary, event.subject)
    await using ground = await groundFor(services.git, wanted, { key: event.id, bytes: blobs.bytes })
    const verdict = await services.ruleGate.judge({
      ...{ id: name, proposal, ground, signal },
      inForce: others.map(({ name: id, yaml, language, bad, good }) => ({ id, rule: yaml, language, bad, good })),
    })
    const { checks: proof, admitted } = verdict
    if (!admitted) return [say('rule.refused', { proof, answer })]
    const { rule: yaml, message, baseHits } = admitted
    const origin = { rule: event.subject, name, lesson, project, task, confirmed: refusedBy === 'dod.failed' }
    return [say('rule.admitted', { ...proposal, ...origin, yaml, message, baseHits, proof }, { id: book, guard })]
  },
})

const unreadable = (evidence: string) => ({ check: 'answer', passed: false, evidence })

const proposalIn = (text: string): RuleProposal | { faults: string[] } => {
  const found = jsonAnswer(text)
  if (!found) return { faults: ['the answer holds no JSON object'] }
  const parsed = RuleAnswer.safeParse(found)
  return parsed.success ? parsed.data : { faults: faultsOf(parsed.error).slice(0, 10) }
}

/** Folders with the code that taught, the code that was delivered, and today's base. */
const groundFor = async (
  git: Pick<Git, 'adopt' | 'worktree' | 'resolve'>,
  { project, taught, mended, changed }: DataOf<'rule.wanted'>,
  { key, bytes }: { key: string; bytes: (ref: DataOf<'rule.wanted'>['diff']) => Promise<Uint8Array> },
) => {
  await using made = new AsyncDisposableStack()
  for (const { sha, bundle } of [taught, mended]) await git.adopt({ project, headSha: sha, bundle: () => bytes(bundle) })
  const { baseSha } = await git.resolve(project, { isQuick: true })
  const at = async (what: string, sha: string) => made.use(await git.worktree({ project, sha, key: `rule-${what}-${key}` })).path
  const folders = { taught: await at('taught', taught.sha), mended: await at('mended', mended.sha), base: await at('base', baseSha) }
  const kept = made.move()
  return { ...folders, changed, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
