import { defineView, type ViewDatabase } from './define-view.ts'

/** What tasks taught, and how it was used. `lessons_fts` finds words in it, `lessons_words` tells how rare each is. */
export default defineView({
  version: 5,
  tables: [
    `CREATE TABLE lessons (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, task_id TEXT NOT NULL, project TEXT NOT NULL, category TEXT NOT NULL,
      summary TEXT NOT NULL, detail TEXT NOT NULL, file_paths TEXT NOT NULL, labels TEXT NOT NULL, evidence TEXT NOT NULL,
      warns_of TEXT, semgrep_rule_id TEXT, confirmed INTEGER NOT NULL DEFAULT 0, applied INTEGER NOT NULL DEFAULT 0,
      helped INTEGER NOT NULL DEFAULT 0, ignored INTEGER NOT NULL DEFAULT 0, contradicted INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL DEFAULT 'known', created_at TEXT NOT NULL, true_at TEXT NOT NULL)`,
    'CREATE INDEX lessons_by_project ON lessons (project, created_at)',
    'CREATE INDEX lessons_by_task ON lessons (task_id)',
    `CREATE VIRTUAL TABLE lessons_fts USING fts5 (summary, detail, file_paths, labels, content = 'lessons', content_rowid = 'number')`,
    "CREATE VIRTUAL TABLE lessons_words USING fts5vocab (lessons_fts, 'row')",
    `CREATE TRIGGER lessons_found AFTER INSERT ON lessons BEGIN
      INSERT INTO lessons_fts (rowid, summary, detail, file_paths, labels)
      VALUES (new.number, new.summary, new.detail, new.file_paths, new.labels);
    END`,
    `CREATE TABLE lesson_uses (lesson TEXT NOT NULL, task_id TEXT NOT NULL, use TEXT NOT NULL, at TEXT NOT NULL)`,
    'CREATE INDEX lesson_uses_by_lesson ON lesson_uses (lesson, at)',
  ],
  on: [
    'lesson.learned',
    'lesson.confirmed',
    'lesson.applied',
    'lesson.helped',
    'lesson.ignored',
    'lesson.contradicted',
    'lesson.retired',
    'lesson.pinned',
    'lesson.forgotten',
    'rule.admitted',
  ],
  apply: (db, fact) => {
    switch (fact.type) {
      case 'lesson.learned': {
        const { lesson, project, category, summary, detail, filePaths, labels, evidence, warnsOf = null } = fact.data
        return db.run(
          `INSERT OR IGNORE INTO lessons (id, task_id, project, category, summary, detail, file_paths, labels, evidence, warns_of, created_at, true_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)`,
          lesson,
          fact.subject,
          project,
          category,
          summary,
          detail,
          JSON.stringify(filePaths),
          labels.join(','),
          JSON.stringify(evidence),
          warnsOf,
          fact.time,
        )
      }
      case 'lesson.confirmed':
        counted(db, 'confirmed', fact.data.lesson)
        return isTrueAt(db, fact.time, fact.data.lesson)
      case 'lesson.helped':
        counted(db, 'helped', fact.data.lesson)
        return isTrueAt(db, fact.time, fact.data.lesson)
      case 'lesson.ignored':
        return counted(db, 'ignored', fact.data.lesson)
      case 'lesson.contradicted':
        return counted(db, 'contradicted', fact.data.lesson)
      case 'lesson.retired':
        return stands(db, 'retired', fact.data.lesson)
      case 'lesson.pinned':
        return stands(db, 'pinned', fact.subject)
      case 'rule.admitted':
        return db.run('UPDATE lessons SET semgrep_rule_id = ? WHERE id = ?', fact.data.name, fact.data.lesson)
      case 'lesson.forgotten':
        return stands(db, 'forgotten', fact.subject)
      case 'lesson.applied': {
        const { lessons, use } = fact.data
        for (const lesson of lessons) {
          counted(db, 'applied', lesson)
          db.run('INSERT INTO lesson_uses VALUES (?, ?, ?, ?)', lesson, fact.subject, use, fact.time)
        }
      }
    }
  },
})

const counted = (db: ViewDatabase, column: 'confirmed' | 'applied' | 'helped' | 'ignored' | 'contradicted', lesson: string): void =>
  db.run(`UPDATE lessons SET ${column} = ${column} + 1 WHERE id = ?`, lesson)

/** It was learned again, or helped. */
const isTrueAt = (db: ViewDatabase, time: string, lesson: string): void =>
  db.run('UPDATE lessons SET true_at = ? WHERE id = ?', time, lesson)

const stands = (db: ViewDatabase, state: 'retired' | 'pinned' | 'forgotten', lesson: string): void =>
  db.run('UPDATE lessons SET state = ? WHERE id = ?', state, lesson)
