/** How far a session's events are handled: what comes after is delivered again when the session is resumed from here. */
export interface GatewayProgress {
  began(sequence: number): void
  done(sequence: number): void
  /** The last sequence that was received. */
  received(): number
  /** Everything up to this sequence is handled. */
  handled(): number
}

/** Counts what of a session is handled, whatever the order it is done in. Pure but for its own memory. */
export const gatewayProgress = (start: number): GatewayProgress => {
  const open = new Set<number>()
  let last = start
  return {
    began: (sequence) => {
      open.add(sequence)
      last = Math.max(last, sequence)
    },
    done: (sequence) => void open.delete(sequence),
    received: () => last,
    handled: () => (open.size === 0 ? last : Math.min(...open) - 1),
  }
}
