import {
  Backpressure,
  hasEnded,
  type JobAnswer,
  type JobError,
  type JobRequest,
  type Jobs,
  type JobView,
  keyName,
  type LaneView,
  type WaitOptions,
} from '../../gateway/jobs/jobs.ts'

/** A job as the stand-in keeps it. */
interface Kept {
  view: JobView
  readonly request: JobRequest
  readonly key: string | undefined
  partial: string
  readonly listeners: Set<() => void>
  readonly thinkers: Set<(label: string) => void>
}

/** What a scripted turn may do before it answers. */
export interface Turn {
  readonly id: string
  readonly request: JobRequest
  send(): void
  partial(markdown: string): void
  thinking(label: string): void
}
export type Told = string | (Partial<JobAnswer> & { text: string }) | { error: JobError }

export interface FakeJobs extends Jobs {
  /** Every request that became a job, in order. */
  readonly requests: JobRequest[]
  readonly cancelled: { id: string; reason: string }[]
  views(): JobView[]
  /** Resolves when a view of any job fulfils the question. */
  until(question: (views: readonly JobView[]) => boolean): Promise<void>
  laneView: LaneView
}

/** Jobs in memory, one at a time, first in first out; `answer` plays the chat page. Without it nothing is ever begun. */
export const fakeJobs = (
  options: { limit?: number; models?: readonly string[]; answer?: (turn: Turn) => Told | Promise<Told>; workerState?: () => object } = {},
): FakeJobs => {
  const { limit = 120, models = ['gpt-test', 'gpt-other'], answer } = options
  const kept = new Map<string, Kept>()
  const requests: JobRequest[] = []
  const cancelled: { id: string; reason: string }[] = []
  const watchers = new Set<() => void>()
  let busy = false

  const now = (): string => new Date().toISOString()
  const waiting = (): Kept[] => [...kept.values()].filter(({ view }) => view.state === 'queued')
  const viewOf = (job: Kept): JobView =>
    job.view.state === 'queued' ? { ...job.view, position: waiting().indexOf(job) + 1 } : { ...job.view }
  const change = (job: Kept, view: Partial<JobView>): void => {
    job.view = { ...job.view, ...view }
    for (const tell of [...job.listeners, ...watchers]) tell()
  }
  const must = (id: string): Kept => {
    const job = kept.get(id)
    if (!job) throw new Error(`there is no job ${id}`)
    return job
  }

  const play = async (job: Kept): Promise<void> => {
    change(job, { state: 'running', startedAt: now(), attempts: 1 })
    const turn: Turn = {
      id: job.view.id,
      request: job.request,
      send: () => change(job, { sentAt: now() }),
      partial: (markdown) => {
        job.partial = markdown
        change(job, {})
      },
      thinking: (label) => {
        for (const tell of job.thinkers) tell(label)
      },
    }
    const told = await answer?.(turn)
    if (told === undefined || hasEnded(job.view)) return
    const completedAt = now()
    if (typeof told === 'object' && 'error' in told) change(job, { state: 'failed', error: told.error, completedAt })
    else change(job, { state: 'completed', completedAt, answer: { evidence: [], ...(typeof told === 'string' ? { text: told } : told) } })
  }
  const work = async (): Promise<void> => {
    if (busy || !answer) return
    busy = true
    for (let [next] = waiting(); next; [next] = waiting()) await play(next)
    busy = false
  }

  const submit: Jobs['submit'] = async (request, key, ...mayJoin) => {
    const isEarlier = (one: Kept): boolean =>
      key !== undefined && one.key !== undefined && keyName(one.key) === keyName(key) && !['failed', 'cancelled'].includes(one.view.state)
    for (const may of mayJoin.length > 0 ? mayJoin : [async () => true])
      for (const one of [...kept.values()].filter(isEarlier).reverse()) if (await may(viewOf(one))) return viewOf(one)
    if (waiting().length >= limit) throw new Backpressure({ retryAfterMs: 1_000, depth: waiting().length })
    const { model, priority, aggressive, attended, limits } = request
    const id = `job-${requests.push(request)}`
    const view: JobView = {
      id,
      state: 'queued',
      request: {
        model,
        priority,
        aggressive: aggressive?.enabled ?? false,
        confidenceBefore: aggressive?.confidenceBefore,
        attended,
        limits,
        key,
      },
      queuedAt: now(),
    }
    const job: Kept = { view, request, key, partial: '', listeners: new Set(), thinkers: new Set() }
    kept.set(id, job)
    for (const tell of watchers) tell()
    setImmediate(work)
    return viewOf(job)
  }

  const wait = (id: string, { waitMs, signal, onPartial, onThinking }: WaitOptions): Promise<JobView> => {
    const job = must(id)
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(clock)
        job.listeners.delete(look)
        if (onThinking) job.thinkers.delete(onThinking)
        signal?.removeEventListener('abort', end)
        resolve(viewOf(job))
      }
      const look = (): void => {
        if (job.partial !== '' && !hasEnded(job.view)) onPartial?.(job.partial)
        if (hasEnded(job.view)) end()
      }
      const clock = setTimeout(end, waitMs)
      job.listeners.add(look)
      if (onThinking) job.thinkers.add(onThinking)
      signal?.addEventListener('abort', end)
      if (signal?.aborted) end()
      else look()
    })
  }

  const jobs: FakeJobs = {
    requests,
    cancelled,
    laneView: { state: 'ready', reason: 'signed in' },
    views: () => [...kept.values()].map(viewOf),
    until: (question) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!question(jobs.views())) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    submit,
    wait,
    find: async (id) => {
      const job = kept.get(id)
      return job && viewOf(job)
    },
    cancel: async (id, reason, { unlessKept } = {}) => {
      const job = must(id)
      if (hasEnded(job.view) || job.view.sentAt !== undefined || (unlessKept && !job.view.request.attended)) return viewOf(job)
      cancelled.push({ id, reason })
      change(job, { state: 'cancelled', completedAt: now(), error: { code: 'CANCELLED', reason, retryable: false } })
      return viewOf(job)
    },
    keep: async (id) => {
      const { attended: _, ...request } = must(id).view.request
      if (must(id).view.state === 'cancelled') return false
      change(must(id), { request })
      return true
    },
    queue: async () => {
      const running = [...kept.values()].find(({ view }) => view.state === 'running')
      return { depth: waiting().length, limit, ...(running ? { running: viewOf(running) } : {}), waiting: waiting().map(viewOf) }
    },
    metrics: async () => ({ ended: jobs.views().filter(hasEnded) }),
    lane: async () => jobs.laneView,
    workerState: async () => {
      if (!options.workerState) throw new Error('no worker took part')
      return options.workerState()
    },
    models: () => models,
  }
  return jobs
}
