import type { Statistics } from '../../../functions/views/statistics.ts'
import type { HttpCaller } from '../../http/gateway-app.ts'

/** What the page takes beside the operations. */
export interface PageNeeds {
  /** Who owns this token; undefined when nobody does. */
  verify(token: string): HttpCaller | undefined | Promise<HttpCaller | undefined>
  /** Sums over the days since that time, ISO 8601. */
  statistics(since: string): Promise<Statistics>
  /** Projects that the configuration names by now, and that this system does not know: it read it when it started. */
  newProjects(): readonly string[]
  /** Calls the listener for every fact from now on, for as long as the process runs. */
  onFact(listener: () => void): void
}
