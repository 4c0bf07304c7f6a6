export interface ProxySettings {
  /** Bytes a request's body may have. */
  readonly bodyLimit: number
  /** Milliseconds between two signs of life to a client that waits: comments in a stream, white space before a whole answer. */
  readonly keepAliveMs: number
  /** Milliseconds after which the status of a whole answer is sent before the answer; clients wait 300 s for it and more. */
  readonly headersWithinMs: number
  /** Milliseconds from the send until a job is given up. */
  readonly timeoutMs: number
  /** Whether streams show completed blocks as they come; otherwise the answer comes as a whole at its end. */
  readonly streamLive: boolean
  /** Whether images of other servers are fetched for a request; loopback and private addresses never are. */
  readonly remoteImages: boolean
  /** Milliseconds a queued job keeps its place after its client went away: SDKs that repeat a request at once find it again. */
  readonly abandonAfterMs: number
}

export const defaultSettings: ProxySettings = {
  bodyLimit: 40 * 1024 * 1024,
  keepAliveMs: 15_000,
  headersWithinMs: 240_000,
  timeoutMs: 20 * 60_000,
  streamLive: true,
  remoteImages: false,
  abandonAfterMs: 1_500,
}
