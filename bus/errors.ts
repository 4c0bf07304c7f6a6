/** The four words a handler has for failure, by intent. Anything else that is thrown is retried by the function's declared back-off. */

/** Trying again cannot help: the message becomes a dead letter at once. */
export class NotRetryable extends Error {
  override readonly name = 'NotRetryable'
}

/** The surroundings ask for patience: try again after `delayMs`, whatever the declared back-off says. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter'
  readonly delayMs: number
  constructor(delayMs: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.delayMs = delayMs
  }
}

/** Only a person can help: a dead letter whose reason is addressed to one. */
export class NeedsHuman extends Error {
  override readonly name = 'NeedsHuman'
}

/** The story ended (was cancelled, failed, ...) before the decision: nothing is left to do, and that is no failure. */
export class StoryEnded extends Error {
  override readonly name = 'StoryEnded'
}

/** The process is stopping: the message goes back to the bus and is tried by the next one. */
export class Stopping extends Error {
  override readonly name = 'Stopping'
}

/** An append whose guard no longer holds: somebody else wrote first. Read the story and decide again. */
export class StaleGuard extends Error {
  override readonly name = 'StaleGuard'
}

/** The bus cannot be used: unreachable, too old, without JetStream. Programs end with exit code 3. */
export class BusUnavailable extends Error {
  override readonly name = 'BusUnavailable'
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
