import { defineView } from './define-view.ts'

/** What was learned, with its full-text index, which follows the table by itself. Empty until lessons are facts. */
export default defineView({
  version: 1,
  tables: [
    `CREATE TABLE lessons (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, task_id TEXT NOT NULL, project TEXT, category TEXT NOT NULL, summary TEXT NOT NULL,
      detail TEXT NOT NULL, file_paths TEXT NOT NULL, labels TEXT NOT NULL, semgrep_rule_id TEXT, created_at TEXT NOT NULL)`,
    'CREATE INDEX lessons_by_task ON lessons (task_id)',
    'CREATE INDEX lessons_by_project ON lessons (project, created_at)',
    "CREATE VIRTUAL TABLE lessons_fts USING fts5(summary, detail, file_paths, labels, content = 'lessons', content_rowid = 'number')",
    `CREATE TRIGGER lessons_added AFTER INSERT ON lessons BEGIN
      INSERT INTO lessons_fts (rowid, summary, detail, file_paths, labels) VALUES (new.number, new.summary, new.detail, new.file_paths, new.labels);
    END`,
    `CREATE TRIGGER lessons_removed AFTER DELETE ON lessons BEGIN
      INSERT INTO lessons_fts (lessons_fts, rowid, summary, detail, file_paths, labels)
      VALUES ('delete', old.number, old.summary, old.detail, old.file_paths, old.labels);
    END`,
  ],
  on: [],
  apply: () => undefined,
})
