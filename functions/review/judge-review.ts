import { defineFunction } from '../define-function.ts'
import { judge } from './verdict.ts'

/** Judges the reviewer's answer: no verdict is never an approval. */
export default defineFunction({
  on: ['review.answered'],
  emits: ['review.passed', 'review.rejected', 'review.unavailable'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, blobs }) => {
    const task = await state()
    const round = task.rounds.at(-1)?.attempt
    if (!round) return []
    const reviewer = event.data.agent
    const attempt = { ...round, reviewer }
    const verdict = judge(await blobs.text(event.data.answer))
    switch (verdict.kind) {
      case 'passed':
        return [say('review.passed', { attempt, reviewer, remarks: verdict.remarks })]
      case 'rejected':
        return [say('review.rejected', { attempt, reviewer, findings: verdict.findings })]
      case 'unreadable':
        return [say('review.unavailable', { attempt, reviewer, reason: verdict.reason })]
    }
  },
})
