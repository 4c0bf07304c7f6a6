import { learnerIdFor } from '../../domain/learner.ts'
import type { NearLesson } from '../../functions/chum/chum-ports.ts'
import type { MaterialPiece } from '../../functions/chum/material.ts'
import type { LessonLists } from '../../functions/views/lesson-lists.ts'
import { fact } from './facts.ts'
import { blobOf, memoryBlobs } from './memory-blobs.ts'
import { config } from './stubs.ts'

/** Two pieces of a task's facts, as a learner is shown them. */
export const pieces: readonly MaterialPiece[] = [
  { label: 'P1', fact: 'event-7', kind: 'finding', step: 'review', title: 'a finding of codex', text: 'src/cart.js:3\nit adds  fractions' },
  { label: 'P2', fact: 'event-9', kind: 'check', title: 'the end of what npm test printed', text: 'expected 30, got 30.000000000000004' },
]

/** A lesson as a learner answers it. */
export const lesson = (more: object = {}) => ({
  category: 'antipattern',
  summary: 'Sums of money are kept in whole cents.',
  detail: 'Fractions of binary numbers drift; add whole cents and divide at the end.',
  file_paths: ['src/cart.js'],
  labels: ['money'],
  evidence: [{ piece: 'P1', quote: 'it adds  fractions' }],
  ...more,
})

/** A lesson that is known. */
export const knownLesson = (more: Partial<NearLesson> = {}): NearLesson => ({
  lesson: 'lesson-00000000000000aa',
  project: 'shop',
  task: 'task-0',
  category: 'antipattern',
  summary: 'Sums of money are kept in whole cents.',
  detail: 'Fractions drift.',
  filePaths: ['src/cart.js'],
  labels: ['money'],
  learnedAt: '2026-01-01T00:00:00.000Z',
  trueAt: '2026-01-01T00:00:00.000Z',
  confirmed: 0,
  applied: 0,
  helped: 0,
  ignored: 0,
  contradicted: 0,
  pinned: false,
  rank: -1,
  ...more,
})

/** Views that know no lesson. */
export const noLessons: LessonLists = {
  near: async () => [],
  met: async () => [],
  these: async () => [],
  ids: async () => [],
  search: async () => [],
  beginningWith: async () => [],
}

/** The story in which is thought about what task-1 teaches. */
export const learner = learnerIdFor('task-1', 0)
export const begun = fact('learner.started', {
  task: 'task-1',
  run: 0,
  project: 'shop',
  agent: 'claude',
  material: blobOf(JSON.stringify(pieces)),
})

/** Services of a system that learns, and knows one lesson. */
export const thinking = (more: object = {}) => ({
  services: {
    config: config({ chum: { enabled: true, ...more } }),
    lessons: {
      near: async () => [knownLesson()],
      met: async () => [knownLesson()],
      these: async () => [],
      ids: async () => ['lesson-00000000000000aa'],
    },
  },
  blobs: memoryBlobs(),
})

/** Two lessons of task-1 that may be known, beside one that was new; `summary` is the first one's. */
export const doubted = (summary = 'Never add up prices as fractions.') => {
  const { file_paths: filePaths, evidence: _, ...rest } = lesson()
  const { lesson: id, summary: said, detail } = knownLesson()
  const doubt = (own: string, ownSummary: string) => ({
    lesson: { ...rest, lesson: own, project: 'shop', summary: ownSummary, filePaths, evidence: [] },
    known: [{ lesson: id, summary: said, detail }],
  })
  const doubts = [doubt('lesson-00000000000000c1', summary), doubt('lesson-00000000000000c2', 'Prices have a currency.')]
  return fact('learner.doubted', { learned: 1, confirmed: 0, doubts: blobOf(JSON.stringify(doubts)) })
}
