import type { KnownLesson } from '../chum/chum-ports.ts'
import type { Row, ViewDatabase } from './define-view.ts'

/** Whether a lesson may stand in prompts: retired and forgotten ones do not. */
export type LessonState = 'known' | 'pinned' | 'retired' | 'forgotten'

/** A lesson as its row says it: paths are JSON, labels stand between commas. */
export type LessonRow = Omit<KnownLesson, 'filePaths' | 'labels' | 'pinned' | 'warnsOf'> & {
  readonly state: LessonState
  readonly warnsOf: KnownLesson['warnsOf'] | null

  readonly filePaths: string
  readonly labels: string
  readonly rank: number
}

/** Of which lessons a page is wanted; without words the newest. */
export interface LessonSearch {
  readonly text: string
  readonly project?: string | undefined
  readonly limit: number
  readonly offset?: number
  /** Only those that may stand in prompts, or these and those that a person wanted in none. */
  readonly only?: 'in force' | 'not retired'
}

/** Words of one search, and those among which they are chosen: more make it slow and no better. */
const MOST_WORDS = 24
const MOST_CANDIDATES = 150

/** The words of a text as full text search keeps them, each once. Pure. */
const wordsOf = (text: string): string[] => {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return [...new Set(plain.match(/[\p{L}\p{N}]{3,}/gu) ?? [])]
}

/** The words as a question to FTS5: each quoted, so that none is an operator; of many those that stand in some lesson, and in the fewest. '' for none. */
const asQuestion = (db: ViewDatabase, words: readonly string[]): string => {
  const telling = words.length > MOST_WORDS ? rarest(db, words) : words
  return telling.map((word) => `"${word}"`).join(' OR ')
}

const rarest = (db: ViewDatabase, words: readonly string[]): string[] =>
  db
    .all(
      'SELECT term FROM lessons_words WHERE term IN (SELECT value FROM json_each(?)) ORDER BY doc LIMIT ?',
      JSON.stringify(words.slice(0, MOST_CANDIDATES)),
      MOST_WORDS,
    )
    .map(({ term }) => String(term))

const COLUMNS = `id AS lesson, project, category, lessons.summary AS summary, lessons.detail AS detail, lessons.file_paths AS filePaths,
  lessons.labels AS labels, task_id AS task, created_at AS learnedAt, true_at AS trueAt, confirmed, applied, helped, ignored,
  contradicted, state, warns_of AS warnsOf`

const STATES = { 'in force': "AND state IN ('known', 'pinned')", 'not retired': "AND state <> 'retired'" } as const

/** Lessons that hold words of the text, nearest first, or the newest where it has none. */
export const lessonsNear = (db: ViewDatabase, { project, text, limit, offset = 0, only }: LessonSearch): Row[] => {
  const words = wordsOf(text)
  const page = [project ?? null, limit, offset] as const
  const question = asQuestion(db, words)
  if (words.length > 0 && question === '') return []
  return words.length === 0
    ? db.all(`SELECT ${COLUMNS}, 0 AS rank FROM lessons WHERE ?1 IS NULL OR project = ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3`, ...page)
    : db.all(
        `SELECT ${COLUMNS}, bm25(lessons_fts) AS rank FROM lessons_fts JOIN lessons ON lessons.number = lessons_fts.rowid
         WHERE lessons_fts MATCH ?4 AND (?1 IS NULL OR project = ?1) ${only ? STATES[only] : ''} ORDER BY rank LIMIT ?2 OFFSET ?3`,
        ...page,
        question,
      )
}

/** Ids of a project's lessons that may stand in prompts. */
export const lessonIds = (db: ViewDatabase, project: string): Row[] =>
  db.all("SELECT id FROM lessons WHERE project = ? AND state IN ('known', 'pinned')", project)

/** The first two lessons whose ids begin so, with their evidence. */
export const lessonsBeginning = (db: ViewDatabase, id: string): Row[] =>
  db.all(`SELECT ${COLUMNS}, 0 AS rank, evidence FROM lessons WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2`, id)

/** Where a lesson stood in a prompt, newest first. */
export const lessonUses = (db: ViewDatabase, lesson: string): Row[] =>
  db.all('SELECT task_id AS task, use, at FROM lesson_uses WHERE lesson = ? ORDER BY at DESC LIMIT 200', lesson)

/** The lessons of these ids. */
export const lessonsOf = (db: ViewDatabase, ids: readonly string[]): Row[] =>
  db.all(`SELECT ${COLUMNS}, 0 AS rank FROM lessons WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
