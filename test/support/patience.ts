/** How long a test waits for what must happen: a bound against hanging on a slow machine, and never a measure of anything. */
export const PATIENCE_MS = 60_000
