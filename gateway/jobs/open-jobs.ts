import { randomBytes } from 'node:crypto'
import type { BlobRef, Blobs } from '../../bus/blobs.ts'
import type { Identity } from '../../bus/caller-proof.ts'
import { knock } from '../../bus/door.ts'
import { askService, followLive } from '../../bus/jetstream/ask.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { step } from '../../bus/next-steps.ts'
import { mapTexts } from '../../bus/noted-steps.ts'
import { catalogue, type DataOf } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import { isJobId, jobIdFor } from '../../domain/job.ts'
import type { LaneLook } from '../../domain/lane.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import type { Disk } from '../../functions/ports.ts'
import type { Admissions } from '../context/admissions.ts'
import { refuseWithoutRoom } from '../context/room.ts'
import type { ProxiedLane } from '../settings.ts'
import type { Told } from '../telling.ts'
import { jobStory, OWN_MODEL } from './job-view.ts'
import { Backpressure, hasEnded, type JobRequest, type Jobs, type JobView, type MayJoin, type WaitOptions } from './jobs.ts'
import { lookAtLane } from './lane-look.ts'
import { assemblePartial } from './partial.ts'
import type { KnownJobs } from './track-jobs.ts'

export interface JobsOptions {
  readonly connection: Connection
  readonly folds: TaskFolds
  readonly blobs: Blobs
  readonly admissions: Admissions
  readonly known: KnownJobs
  readonly lane: ProxiedLane
  readonly disk: Disk
  /** Who we are to the worker's own services. */
  readonly identity: Identity
  /** The reason of a job's end with its next steps as they are typed where it is read. */
  readonly told: Told
  readonly now?: () => Date
}

const STORE_MS = 10_000
const CALLER = { by: 'proxy', channel: 'gateway' } as const
/** A full queue is asked to be tried again after so long, in milliseconds: about the time of a short answer. */
const RETRY_AFTER_MS = 20_000

/** Jobs of the model proxy as facts on the bus. What is running when the process starts is found again. */
export const openJobs = (options: JobsOptions): Jobs => {
  const { connection, folds, blobs, lane, disk, known, told, now = () => new Date() } = options
  const viewOf = (id: string, facts: readonly Fact[]): Promise<JobView | undefined> => withAnswer(blobs, known, id, facts)
  const find = async (id: string): Promise<JobView | undefined> =>
    isJobId(id) ? explained(await viewOf(id, known.facts(id) ?? ((await folds.facts(id)) as readonly Fact[]))) : undefined
  const explained = explainer(() => lookAtLane(folds, known), told, now)
  const submitInOrder = inOrder()

  return {
    find,
    submit: (request, key, ...mayJoin) => {
      const earlier = (): readonly string[] => (key === undefined ? [] : known.joinable(key, now()))
      const store = async (): Promise<RequestData> => {
        await refuseWithoutRoom(disk)
        return toData(blobs, request, key)
      }
      return submitInOrder(
        // What joins an earlier job stores nothing, and needs no room.
        async () => (earlier().length === 0 ? store() : undefined),
        async (data) => {
          const view = await firstOf(earlier(), find, mayJoin)
          if (view) return view
          const depth = known.queued().length
          if (depth >= lane.depth) throw new Backpressure({ retryAfterMs: RETRY_AFTER_MS, depth })
          return submit(options, known, data ?? (await store()), now())
        },
      )
    },
    wait: async (id, waiting) => {
      const first = await find(id)
      if (!first || hasEnded(first)) return mustBe(id, first)
      await untilEnded(connection, known, id, waiting)
      return mustBe(id, await find(id))
    },
    cancel: async (id, reason, unless = {}) => {
      const before = mustBe(id, await find(id))
      if (before.state !== 'queued') return before
      await askAbout(options, 'reasoning.cancelled', { id, reason, ...unless })
      return mustBe(id, await find(id))
    },
    keep: async (id) => {
      await askAbout(options, 'reasoning.kept', { id })
      return (await find(id))?.state !== 'cancelled'
    },
    queue: async () => {
      const views = (await Promise.all(known.waiting().map(find))).filter((view) => view !== undefined)
      const running = views.find(({ state }) => state === 'running')
      return {
        depth: known.queued().length,
        limit: lane.depth,
        ...(running ? { running } : {}),
        waiting: views.filter((view) => view !== running),
      }
    },
    metrics: async () => ({ ended: await Promise.all(known.ended().flatMap(({ id, facts }) => forMetrics(blobs, id, facts))) }),
    lane: () => lookAtLane(folds, known),
    workerState: () => askWorker(connection, options),
    models: () => [OWN_MODEL, ...lane.models],
  }
}

/** The first of these jobs that may be joined: any where nobody judges. */
const firstOf = async (ids: readonly string[], find: Jobs['find'], judges: readonly MayJoin[]): Promise<JobView | undefined> => {
  for (const mayJoin of judges.length > 0 ? judges : [async () => true]) {
    for (const id of ids) {
      const view = await find(id)
      if (view && (await mayJoin(view))) return view
    }
  }
  return undefined
}

/** Milliseconds for which one look at the lane explains all jobs. */
const LOOK_MS = 500

/** Says of a job that has not ended why it waits, when the lane cannot work, and of one that failed what is to be typed. */
const explainer = (look: () => Promise<LaneLook>, told: Told, now: () => Date) => {
  let last: { at: number; lane: Promise<LaneLook> } | undefined
  return async (view: JobView | undefined): Promise<JobView | undefined> => {
    if (!view || hasEnded(view)) return view?.error ? { ...view, error: { ...view.error, reason: told(view.error.reason) } } : view
    if (!last || now().getTime() - last.at > LOOK_MS) last = { at: now().getTime(), lane: look() }
    const { state, reason, until } = await last.lane
    return state === 'ready' ? view : { ...view, waiting: { lane: state, reason, ...(until ? { until } : {}) } }
  }
}

const mustBe = (id: string, view: JobView | undefined): JobView => {
  if (!view) throw new Error(`there is no job ${id}`)
  return view
}

/** Runs `first` of all callers side by side, and `then` one after the other in the order in which they came. */
const inOrder = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <A, B>(first: () => Promise<A>, then: (a: A) => Promise<B>): Promise<B> => {
    const ready = first()
    const before = last
    const work = (async () => {
      const [prepared] = await Promise.allSettled([ready, before])
      if (prepared.status === 'rejected') throw prepared.reason
      return then(prepared.value)
    })()
    last = work.catch(() => undefined) // the caller hears of it; the next one goes on
    return work
  }
}

/** Asks something at the door about a job, and waits for what becomes of it. */
const askAbout = async (
  { connection, admissions }: JobsOptions,
  type: 'reasoning.cancelled' | 'reasoning.kept',
  said: { readonly id: string; readonly reason?: string; readonly unlessKept?: true },
): Promise<void> => {
  const sequence = await knock(connection, type, { ...said, ...CALLER }, { signal: AbortSignal.timeout(STORE_MS) })
  await admissions.outcome(sequence, STORE_MS)
}

type RequestData = DataOf<'reasoning.requested'>

/** Stores what is large. Throws before anything is asked for when the request is none that the catalogue knows. */
const toData = async (blobs: Blobs, request: JobRequest, joinKey: string | undefined): Promise<RequestData> => {
  const { prompt, images, model, effort, conversation, timeoutMs, priority, aggressive, attended, limits } = request
  const [promptRef, dom, screenshot, ...imageRefs] = await Promise.all([
    blobs.put(prompt, 'text/markdown'),
    aggressive?.dom === undefined ? undefined : blobs.put(aggressive.dom, 'text/html'),
    aggressive?.screenshot && blobs.put(aggressive.screenshot.bytes, aggressive.screenshot.contentType),
    ...images.map((image) => blobs.put(image.bytes, image.contentType)),
  ])
  if (!promptRef) throw new Error('the prompt was not stored')
  return catalogue['reasoning.requested'].data.parse({
    purpose: 'chat',
    agent: 'chat',
    prompt: promptRef,
    images: imageRefs.filter((ref) => ref !== undefined),
    timeoutMs,
    importance: priority,
    ...(attended ? { attended } : {}),
    ...(limits ? { limits } : {}),
    ...(model === OWN_MODEL ? {} : { model }),
    ...(effort ? { effort } : {}),
    ...(conversation ? { conversation } : {}),
    ...(aggressive?.enabled || dom || screenshot ? { page: pageData(aggressive, dom, screenshot) } : {}),
    ...(joinKey === undefined ? {} : { joinKey }),
  })
}

/** What the page's question says beside the files. */
const pageData = (aggressive: JobRequest['aggressive'], dom: BlobRef | undefined, screenshot: BlobRef | undefined) => ({
  ...(dom ? { dom } : {}),
  ...(screenshot ? { screenshot } : {}),
  ...(aggressive?.confidenceBefore === undefined ? {} : { confidenceBefore: aggressive.confidenceBefore }),
  ...(aggressive?.fallbackReason ? { fallbackReason: aggressive.fallbackReason.slice(0, 500) } : {}),
})

/** Only of a page's questions the answer counts, too: it says how sure the model was. */
const forMetrics = (blobs: Blobs, id: string, facts: readonly Fact[]): Promise<JobView>[] => {
  const story = jobStory(id, facts)
  if (!story) return []
  const { view, answered } = story
  if (!answered || !view.request.aggressive) return [Promise.resolve(view)]
  // What cannot be read any more is counted without it.
  const counted = (text: string): JobView => ({ ...view, answer: { text, evidence: [] } })
  return [blobs.text(answered.answer).then(counted, () => view)]
}

const submit = async ({ connection, admissions }: JobsOptions, known: KnownJobs, data: RequestData, at: Date): Promise<JobView> => {
  const id = jobIdFor(randomBytes(12).toString('hex'))
  const signal = AbortSignal.timeout(STORE_MS)
  const sequence = await knock(connection, 'reasoning.requested', { id, ...data, ...CALLER }, { messageId: id, signal })
  known.expect(id, data, at, sequence)
  // What the door said before we knew under which sequence; from now on the tracking hears it.
  void admissions.outcome(sequence, 0).then((outcome) => {
    if (outcome.kind === 'fact') known.decided(outcome.fact as Fact)
  })
  const story = jobStory(id, known.facts(id) ?? [])
  if (!story) throw new Error(`job ${id} was stored, but is not known`)
  return story.view
}

const withAnswer = async (blobs: Blobs, known: KnownJobs, id: string, facts: readonly Fact[]): Promise<JobView | undefined> => {
  const story = jobStory(id, facts)
  if (!story) return undefined
  const { view, answered } = story
  if (!answered) return view.state === 'queued' ? { ...view, ...placeOf(id, known) } : view
  const { evidence, model, conversation, mayBeCut } = answered
  const [text, html, rendered] = await Promise.all([
    blobs.text(answered.answer),
    evidence?.html && blobs.text(evidence.html),
    evidence?.rendered && blobs.text(evidence.rendered),
  ])
  const refs = [evidence?.screenshot, evidence?.html, evidence?.dom]
  return {
    ...view,
    answer: {
      text,
      ...(html ? { html } : {}),
      ...(rendered ? { rendered } : {}),
      ...(model ? { model } : {}),
      ...(mayBeCut ? { mayBeCut } : {}),
      ...(conversation ? { conversation } : {}),
      evidence: refs.flatMap((ref) => (ref ? [ref.key] : [])),
      ...(answered.notes.length > 0 ? { notes: answered.notes } : {}),
    },
  }
}

/** Its place among those that wait, 1 is next; a job that is kept nowhere has none. */
const placeOf = (id: string, known: KnownJobs): { position?: number } => {
  const index = known.queued().indexOf(id)
  return index < 0 ? {} : { position: index + 1 }
}

/** Waits until the job has ended, its time is over or the caller is gone; live output is handed on meanwhile. */
const untilEnded = async (connection: Connection, known: KnownJobs, id: string, options: WaitOptions): Promise<void> => {
  const { waitMs, signal, onPartial, onThinking } = options
  const assemble = assemblePartial()
  const unfollow = followLive(connection, id, (_fn, line, stream) => {
    if (stream === 'thinking') onThinking?.(line)
    const whole = stream === 'partial' ? assemble(line) : undefined
    if (whole !== undefined) onPartial?.(whole)
  })
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, waitMs)
  signal?.addEventListener('abort', () => over.resolve(), { once: true })
  if (signal?.aborted) over.resolve()
  const ended = known.end(id)
  try {
    await Promise.race([ended.promise, over.promise])
  } finally {
    clearTimeout(timer)
    ended.cancel()
    unfollow()
  }
}

const askWorker = async (connection: Connection, { identity, told }: Pick<JobsOptions, 'identity' | 'told'>): Promise<object> => {
  const reply = await askService(connection, 'cortex-browser.tab.state', {}, { timeoutMs: 5000, identity })
  switch (reply.kind) {
    case 'answer':
      return { ...(mapTexts(reply.body, told) as object) }
    case 'fault':
      throw new Error(`the browser worker cannot tell: ${reply.faults.map(told).join('; ')}`)
    case 'nobody':
      throw new Error(told(`no browser worker runs on this bus; "${step('up')}" starts one when [lanes.browser] is configured`))
    case 'silence':
      throw new Error('the browser worker did not answer within 5 s')
  }
}
