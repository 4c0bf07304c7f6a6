import { defineView } from './define-view.ts'

/** What the definition of done said of each round; `dispatch_id` is the call that wrote the code. */
export default defineView({
  version: 2,
  tables: [
    `CREATE TABLE dod_results (
      id TEXT PRIMARY KEY, dispatch_id TEXT, task_id TEXT NOT NULL, project TEXT, checked_at TEXT NOT NULL, passed INTEGER NOT NULL,
      failures TEXT NOT NULL, coverage REAL, check_results TEXT NOT NULL) WITHOUT ROWID`,
    'CREATE INDEX dod_results_by_task ON dod_results (task_id, checked_at)',
  ],
  on: ['dod.passed', 'dod.failed'],
  apply: (db, { id, type, subject, time, data }) => {
    const failures = 'findings' in data ? data.findings.map(({ problem }) => problem) : []
    db.run(
      `INSERT INTO dod_results (id, dispatch_id, task_id, project, checked_at, passed, failures, coverage, check_results)
       VALUES (?, (SELECT id FROM dispatches WHERE task_id = ? AND stage = 'code' ORDER BY finished_at DESC LIMIT 1), ?,
         (SELECT project FROM tasks WHERE id = ?), ?, ?, ?, ?, ?)`,
      id,
      subject,
      subject,
      subject,
      time,
      type === 'dod.passed' ? 1 : 0,
      JSON.stringify(failures),
      data.coverage ?? null,
      JSON.stringify(data.checks),
    )
  },
})
