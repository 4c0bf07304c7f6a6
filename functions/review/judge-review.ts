import { defineFunction } from '../define-function.ts'
import { judge } from './verdict.ts'

/** Judges the reviewer's answer: no verdict is never an approval, and a verdict is about the head that was asked about. */
export default defineFunction({
  on: ['review.answered'],
  emits: ['review.passed', 'review.rejected', 'review.unavailable'],
  timeout: '2m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, history, say, blobs, services }) => {
    const task = await state()
    const round = task.rounds.at(-1)?.attempt
    const { head } = task
    if (!round || !head) return []
    const question = (await history()).find(({ id }) => id === event.causedBy)
    const workspace = question && 'workspace' in question.data ? question.data.workspace : undefined
    // Asked about code that was written anew meanwhile: a reviewer is asked about that, too.
    if (workspace && workspace.sha !== head.sha) return []
    const reviewer = event.data.agent
    const attempt = { ...round, reviewer }
    if (!workspace) return [say('review.unavailable', { attempt, reviewer, reason: 'it answers a question that nobody asked' })]
    const { answer } = event.data
    const verdict = judge(await blobs.text(answer))
    switch (verdict.kind) {
      case 'passed': {
        const { project, sha } = workspace
        await services.git.adopt({ project, headSha: sha, bundle: () => blobs.bytes(head.bundle) })
        const saw = { sha, tree: await services.git.tree({ project, sha }) }
        return [say('review.passed', { attempt, reviewer, remarks: verdict.remarks, saw, verdict: answer })]
      }
      case 'rejected':
        return [say('review.rejected', { attempt, reviewer, findings: verdict.findings })]
      case 'unreadable':
        return [say('review.unavailable', { attempt, reviewer, reason: verdict.reason })]
    }
  },
})
