import type { Jobs } from '../../jobs/jobs.ts'
import type { Attendance } from './attendance.ts'
import type { ImageSource } from './message-content.ts'
import type { ProxySettings } from './settings.ts'

/** What every route gets. */
export interface RouteNeeds {
  readonly jobs: Jobs
  readonly settings: ProxySettings
  readonly attendance: Attendance
  readonly source: ImageSource
  readonly now: () => Date
  readonly log: (line: string) => void
}
