import { readFileSync } from 'node:fs'
import { milliseconds } from '../../bus/duration.ts'
import { Plan } from '../../domain/catalogue/plan.ts'
import { changesInWords, type YardstickChange } from '../../domain/catalogue/shared.ts'
import { rulebookOf } from '../../domain/learner.ts'
import { checks } from '../../domain/phases.ts'
import type { Head } from '../../domain/task.ts'
import { driftInWords } from '../../domain/words/notes.ts'
import { visible } from '../../domain/words/plain.ts'
import { chooseLessons } from '../chum/choose-lessons.ts'
import { defineFunction } from '../define-function.ts'
import { taskText } from '../planning/plan-prompt.ts'
import type { Git } from '../ports.ts'
import { fill } from '../reasoning/fill-prompt.ts'
import { rulesIn } from '../rules/rulebook.ts'
import { chooseHints } from './hints.ts'
import { leadingOut, mayHaveLinks } from './links.ts'
import { movedToAnotherKind } from './moved.ts'
import { laneOf, nextReviewer } from './reviewers.ts'
import { type Unseen, unseenIn } from './unseen.ts'

const template = readFileSync(new URL('./request-review.prompt.md', import.meta.url), 'utf8')
/** Characters of a diff that fit into a prompt. Nobody may approve what he was not shown, so a longer one goes to a person. */
const MAX_DIFF = 400_000

/** Asks another model for a verdict on the diff; when one stays silent, the next one, then a person. Where there is no other, the checks go on without it. */
export default defineFunction({
  on: ['code.written', 'review.unavailable', 'attempt.started'],
  emits: ['reasoning.requested', 'task.escalated', 'attempt.started', 'lesson.applied'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, history, say, log, blobs, services, signal }) => {
    if (event.type === 'attempt.started' && event.data.recheck !== 'review') return []
    const task = await state()
    const attempt = task.rounds.at(-1)?.attempt
    if (!attempt || !task.head || !task.plan) return []
    const reviewer = nextReviewer(task, services.agents, services.config)
    if (!reviewer && task.silentReviewers.length === 0) {
      const from = { sha: task.head.sha, bundle: task.head.bundle }
      const unreviewed = `there is no agent of another model than ${attempt.implementer}'s that could review it`
      return [say('attempt.started', { attempt, from, feedback: [], recheck: checks[0]!, unreviewed })]
    }
    if (!reviewer)
      return [
        say('task.escalated', {
          reason: `no reviewer gave a verdict (asked: ${task.silentReviewers.join(', ')})${event.type === 'review.unavailable' ? `: ${event.data.reason}` : ''}`,
          class: 'review_unavailable',
        }),
      ]
    const planText = await blobs.text(task.plan.plan)
    const diff = await blobs.text(task.head.diff)
    const project = task.routed!.project!
    const about = { project, baseSha: attempt.baseSha, headSha: task.head.sha }
    const { bundle } = task.head
    const { links, moved } = mayHaveLinks(diff) ? await beyond(services.git, about, () => blobs.bytes(bundle)) : NOTHING_BEYOND
    const unseen = [...new Set([...unseenIn(diff), ...unseenIn(moved), ...links].map(({ file, why }) => `${file} (${why})`))]
    const canLook = services.config.review.unseen === 'name' && !laneOf(reviewer)
    const reason = whyTooMuch(diff.length + moved.length) ?? (canLook ? undefined : whyUnseen(unseen, reviewer))
    if (reason !== undefined) return [say('task.escalated', { reason, class: 'review_unavailable' })]
    const { files_to_modify: files, acceptance_criteria: criteria } = Plan.parse(JSON.parse(planText))
    const matter = { project, about: `${taskText(task)}\n${planText}`, files: [...files, ...task.head.files], now: event.time }
    const lessons = await chooseLessons(services, matter, log)
    const rules = services.config.chum.enabled ? rulesIn(await history(rulebookOf(project))) : []
    const hints = await chooseHints(services, { about, bundle: () => blobs.bytes(bundle), rules, key: event.id, signal }, log)
    const prompt = fill(template, {
      implementer: attempt.implementer,
      task: taskText(task),
      plan: planText,
      criteria: JSON.stringify(criteria, null, 2),
      lessons: lessons.text,
      hints,
      ...toldOf(task.head),
      unseen: unseen.join('\n') || 'nothing',
      diff: visible(diff),
      moved: visible(moved) || 'nothing',
    })
    return [
      say('reasoning.requested', {
        purpose: 'review',
        agent: reviewer,
        prompt: await blobs.put(prompt, 'text/markdown'),
        workspace: { project, sha: task.head.sha, bundle: task.head.bundle },
        schema: 'verdict',
        timeoutMs: milliseconds(services.config.timeouts.review),
      }),
      ...(lessons.ids.length > 0 ? [say('lesson.applied', { lessons: lessons.ids, use: 'review' })] : []),
    ]
  },
})

const whyTooMuch = (length: number): string | undefined =>
  length > MAX_DIFF
    ? `the change is too large to be reviewed in one piece: its diff has ${length} characters, ${MAX_DIFF} can be shown`
    : undefined

/** A reviewer with the repository could look there; one that is a lane has none. */
const whyUnseen = (unseen: readonly string[], reviewer: string): string | undefined => {
  if (unseen.length === 0) return undefined
  const instead = laneOf(reviewer)
    ? `${reviewer} reviews, and has no repository to look into; [review] unseen = "name" lets it be named to an agent that reviews`
    : '[review] unseen = "name" lets it be named to the reviewer instead'
  return `nobody can review what a diff does not show: ${unseen.slice(0, 20).join(', ')}; ${instead}`
}

const NOTHING_BEYOND = { links: [], moved: '' }

/** What a diff does not tell of what it moves and links: links out of the repository, and all of the files that are of another kind now. */
const beyond = async (
  git: Git,
  about: Parameters<Git['changes']>[0],
  bundle: () => Promise<Uint8Array>,
): Promise<{ links: Unseen[]; moved: string }> => {
  const { project, headSha } = about
  await git.adopt({ project, headSha, bundle })
  const changes = await git.changes(about)
  const changed = changes.filter(({ is }) => is === 'link').map(({ file }) => file)
  const wholly = movedToAnotherKind(changes)
  return {
    links: leadingOut(changed, await git.links({ project, sha: headSha })),
    moved: wholly.length > 0 ? (await git.diff({ ...about, wholly })).text : '',
  }
}

/** What is told of a change beside itself. Pure. */
const toldOf = ({ drift, denials, report = '', yardstick = [] }: Head) => ({
  drift: drift ? claimed(driftInWords(drift).join('\n')) : 'they are the same',
  denials: claimed(denials.join('\n')),
  report: claimed(report),
  yardstick: claimed(yardstickText(yardstick)),
})

/** An author's words, so that nothing in them passes for a part of the prompt. Pure. */
const claimed = (text: string): string => visible(text).replaceAll('<', '&lt;') || 'nothing'

/** What a reviewer should look at first: tests that are other ones than before. Pure. */
export const yardstickText = (changes: readonly YardstickChange[]): string =>
  changes.map((change) => `${change.kind === 'test' ? 'test' : 'how tests are run'}: ${changesInWords([change])}`).join('\n') || 'nothing'
