/** How long a test waits for what must happen: a bound against hanging on a slow machine, and never a measure of anything. */
export const PATIENCE_MS = 60_000

/** The same, for a whole task. */
export const TASK_PATIENCE_MS = 2 * PATIENCE_MS
