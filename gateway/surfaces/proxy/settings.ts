export interface ProxySettings {
  /** When set, every request but `/health` must bring it as `Authorization: Bearer`. */
  readonly token?: string
  /** Whether the server listens on loopback only. */
  readonly loopback: boolean
  /** Names by which a client may address the server, beside localhost, 127.0.0.1 and [::1]. */
  readonly hosts: readonly string[]
  /** Origins whose pages may ask, as browsers write them: `http://localhost:3000`. */
  readonly origins: readonly string[]
  /** Bytes a request's body may have. */
  readonly bodyLimit: number
  /** Milliseconds between two signs of life to a client that waits: comments in a stream, `102 Processing` before a whole answer. */
  readonly keepAliveMs: number
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
  loopback: true,
  hosts: [],
  origins: [],
  bodyLimit: 40 * 1024 * 1024,
  keepAliveMs: 15_000,
  timeoutMs: 20 * 60_000,
  streamLive: true,
  remoteImages: false,
  abandonAfterMs: 1_500,
}
