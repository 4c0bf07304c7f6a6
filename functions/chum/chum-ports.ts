import type { Lesson } from '../../domain/catalogue/lesson.ts'

/** A lesson as it is known now. */
export interface KnownLesson extends Omit<Lesson, 'evidence'> {
  /** ISO 8601. */
  readonly learnedAt: string
  /** ISO 8601: when it was learned last, or helped. */
  readonly trueAt: string
  /** The task that it was learned from. */
  readonly task: string
  /** How often it was learned again, and how often it stood in a prompt. */
  readonly confirmed: number
  readonly applied: number
  /** In how many tasks it helped, was not heeded, was contradicted. */
  readonly helped: number
  readonly ignored: number
  readonly contradicted: number
  readonly pinned: boolean
}

/** A lesson that words were found in. */
export interface NearLesson extends KnownLesson {
  /** bm25 of SQLite's full text search: the lower, the nearer. */
  readonly rank: number
}

/** What the views know of lessons. While they are built anew it is what the old ones know. */
export interface Lessons {
  /** The lessons of a project, or of all, in which words of the text stand, nearest first; none that was retired or is to be forgotten. */
  near(project: string | undefined, text: string, limit: number): Promise<NearLesson[]>
  /** The same of one project with those that are to be forgotten: what a new lesson may repeat. */
  met(project: string, text: string, limit: number): Promise<NearLesson[]>
  /** The lessons of these ids, those that stand in no prompt any more included. */
  these(ids: readonly string[]): Promise<KnownLesson[]>
  /** The ids of all lessons of a project that may stand in prompts. */
  ids(project: string): Promise<string[]>
}
