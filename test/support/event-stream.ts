import { PATIENCE_MS } from './patience.ts'

/** One server-sent event as a client reads it. */
export interface HeardEvent {
  readonly id?: number
  readonly event: string
  readonly data: Record<string, unknown>
}

/** What a connection to a stream of server-sent events heard. */
export interface Heard extends AsyncDisposable {
  readonly status: number
  readonly headers: Headers
  readonly events: readonly HeardEvent[]
  readonly comments: readonly string[]
  /** Resolves with the first event that fits, one that was heard already included; the error tells what was heard. */
  until(fits: (event: HeardEvent) => boolean, withinMs?: number): Promise<HeardEvent>
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>
}

type Ask = (init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>

/** Connects and reads for as long as it is not disposed. */
export const hear = async (ask: Ask, lastEventId?: number): Promise<Heard> => {
  const gone = new AbortController()
  const answer = await ask({ headers: lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }, signal: gone.signal })
  const events: HeardEvent[] = []
  const comments: string[] = []
  const waiting = new Set<() => void>()
  const reader = answer.body?.getReader()
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder()
    let text = ''
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      text += decoder.decode(next.value, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        take(text.slice(0, end))
        text = text.slice(end + 2)
      }
      for (const look of [...waiting]) look()
    }
  }
  const take = (block: string): void => {
    const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
    const comment = fields.get('')
    const data = fields.get('data')
    if (comment !== undefined) comments.push(comment)
    const id = fields.get('id')
    if (data !== undefined)
      events.push({ ...(id ? { id: Number(id) } : {}), event: fields.get('event') ?? 'message', data: JSON.parse(data) })
  }
  const ended = read().catch((error) => {
    if (!gone.signal.aborted) throw error
  })
  ended.catch(() => undefined) // whoever waits for the end has it
  const until: Heard['until'] = (fits, withinMs = PATIENCE_MS) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = events.find(fits)
        if (!found) return
        stop()
        resolve(found)
      }
      const told = (): string => events.map(({ id, event, data }) => `${id} ${event} ${JSON.stringify(data).slice(0, 200)}`).join('\n')
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`it was not heard within ${withinMs} ms; heard: ${told()}`))
      }, withinMs)
      const stop = (): void => {
        clearTimeout(timer)
        waiting.delete(look)
      }
      waiting.add(look)
      look()
    })
  return {
    ...{ status: answer.status, headers: answer.headers, events, comments, until, ended },
    [Symbol.asyncDispose]: async () => {
      gone.abort()
      await reader?.cancel().catch(() => undefined) // broken by the abort already
      await ended.catch(() => undefined)
    },
  }
}
