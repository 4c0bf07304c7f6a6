import { defineView } from './define-view.ts'

/** What tasks taught, and how it was used. `lessons_fts` finds words in it. */
export default defineView({
  version: 1,
  tables: [
    `CREATE TABLE lessons (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, task_id TEXT NOT NULL, project TEXT NOT NULL, category TEXT NOT NULL,
      summary TEXT NOT NULL, detail TEXT NOT NULL, file_paths TEXT NOT NULL, labels TEXT NOT NULL, evidence TEXT NOT NULL,
      semgrep_rule_id TEXT, confirmed INTEGER NOT NULL DEFAULT 0, applied INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL)`,
    'CREATE INDEX lessons_by_project ON lessons (project, created_at)',
    'CREATE INDEX lessons_by_task ON lessons (task_id)',
    `CREATE VIRTUAL TABLE lessons_fts USING fts5 (summary, detail, file_paths, labels, content = 'lessons', content_rowid = 'number')`,
    `CREATE TRIGGER lessons_found AFTER INSERT ON lessons BEGIN
      INSERT INTO lessons_fts (rowid, summary, detail, file_paths, labels)
      VALUES (new.number, new.summary, new.detail, new.file_paths, new.labels);
    END`,
    `CREATE TABLE lesson_uses (lesson TEXT NOT NULL, task_id TEXT NOT NULL, use TEXT NOT NULL, at TEXT NOT NULL)`,
    'CREATE INDEX lesson_uses_by_lesson ON lesson_uses (lesson, at)',
  ],
  on: ['lesson.learned', 'lesson.confirmed', 'lesson.applied'],
  apply: (db, fact) => {
    switch (fact.type) {
      case 'lesson.learned': {
        const { lesson, project, category, summary, detail, filePaths, labels, evidence } = fact.data
        return db.run(
          `INSERT OR IGNORE INTO lessons (id, task_id, project, category, summary, detail, file_paths, labels, evidence, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          lesson,
          fact.subject,
          project,
          category,
          summary,
          detail,
          JSON.stringify(filePaths),
          labels.join(','),
          JSON.stringify(evidence),
          fact.time,
        )
      }
      case 'lesson.confirmed':
        return db.run('UPDATE lessons SET confirmed = confirmed + 1 WHERE id = ?', fact.data.lesson)
      case 'lesson.applied': {
        const { lessons, use } = fact.data
        for (const lesson of lessons) {
          db.run('UPDATE lessons SET applied = applied + 1 WHERE id = ?', lesson)
          db.run('INSERT INTO lesson_uses VALUES (?, ?, ?, ?)', lesson, fact.subject, use, fact.time)
        }
      }
    }
  },
})
