import type { KnownLesson, Lessons, NearLesson } from '../chum/chum-ports.ts'
import type { ViewKeeper } from './keeper-client.ts'
import type { LessonRow, LessonSearch, LessonState } from './lesson-search.ts'

/** A lesson as outsiders read it: as its view has it, in snake case. */
export interface ListedLesson {
  readonly lesson: string
  readonly project: string
  readonly task: string
  readonly category: string
  readonly summary: string
  readonly detail: string
  readonly file_paths: string[]
  readonly labels: string[]
  /** ISO 8601. */
  readonly learned_at: string
  readonly state: LessonState
  readonly confirmed: number
  readonly applied: number
  readonly helped: number
  readonly ignored: number
  readonly contradicted: number
}
export interface WholeLesson extends ListedLesson {
  readonly evidence: { fact: string; kind: string; quote: string }[]
  /** Newest first, 200 at most. */
  readonly uses: { task: string; use: string; at: string }[]
}

/** Lessons for prompts, and for people. */
export interface LessonLists extends Lessons {
  search(search: LessonSearch): Promise<ListedLesson[]>
  /** Those whose ids begin so, two at most. */
  beginningWith(id: string): Promise<WholeLesson[]>
}

export const lessonLists = (keeper: ViewKeeper): LessonLists => ({
  near: async (project, text, limit) => ranked(await keeper.lessonsNear({ project, text, limit, only: 'in force' })),
  met: async (project, text, limit) => ranked(await keeper.lessonsNear({ project, text, limit, only: 'not retired' })),
  these: async (ids) => (ids.length > 0 ? (await keeper.lessonsOf(ids)).map(known) : []),
  ids: async (project) => (await keeper.lessonIds(project)).map(({ id }) => id),
  search: async (search) => (await keeper.lessonsNear(search)).map(listed),
  beginningWith: async (id) => {
    const rows = await keeper.lessonsBeginning(id)
    return Promise.all(
      rows.map(async (row) => ({
        ...listed(row),
        evidence: JSON.parse(row.evidence),
        uses: (await keeper.lessonUses(row.lesson)).map((use) => ({ ...use })),
      })),
    )
  },
})

/** A text without words has nothing near. */
const ranked = (rows: readonly LessonRow[]): NearLesson[] =>
  rows.flatMap((row) => (row.rank < 0 ? [{ ...known(row), rank: row.rank }] : []))

/** The lesson of a row. */
const known = ({ state, warnsOf, ...row }: LessonRow): KnownLesson => ({
  ...row,
  pinned: state === 'pinned',
  ...(warnsOf ? { warnsOf } : {}),
  filePaths: JSON.parse(row.filePaths),
  labels: row.labels.split(',').filter(Boolean),
})

const listed = (row: LessonRow): ListedLesson => {
  const { lesson, project, task, category, summary, detail, learnedAt, confirmed, applied, helped, ignored, contradicted, state } = row
  const { filePaths, labels } = known(row)
  return {
    ...{ lesson, project, task, category, summary, detail, state, confirmed, applied, helped, ignored, contradicted },
    file_paths: [...filePaths],
    labels: [...labels],
    learned_at: learnedAt,
  }
}
