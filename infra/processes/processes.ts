import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { processStartTime } from '../locks/process-identity.mjs'
import { createCappedText } from './capped-text.ts'
import { endGroup, markerName, openRecord } from './groups.ts'
import { createLineSplitter } from './lines.ts'
import { type Limits, watch } from './watch.ts'

export { endOrphans } from './groups.ts'

export interface ProcessInput {
  /** Program and arguments; no shell in between. The program is looked up in `env.PATH`. */
  argv: readonly string[]
  cwd: string
  /** The whole environment of the process: nothing of ours is added but the marker of the run. */
  env: Readonly<Record<string, string>>
  /** Text for its stdin, which is closed afterwards. */
  stdin?: string
  timeoutMs: number
  signal?: AbortSignal
  /** Limit for stdout and for stderr, each; the middle is cut. Default 4 MiB. */
  maxOutputBytes?: number
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  /** A line of stdout after which the process has said all: it gets 5 seconds to end by itself. */
  isLastLine?: (line: string) => boolean
  /** Keeps the group on record in `<dataDir>/groups/<key>.json` while it runs. */
  groupRecord?: { dataDir: string; key: string }
  /** What it may use; it is ended when it goes beyond. */
  limits?: Limits
  /** Between SIGTERM and SIGKILL. Default 3 seconds. */
  graceMs?: number
}

export interface ProcessResult {
  /** Null when a signal ended it or it never started. */
  exitCode: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  timedOut: boolean
  aborted: boolean
  /** The limit it was ended for, in words. */
  exceeded?: string
  /** It had printed its last line and did not end by itself. */
  endedAfterLastLine: boolean
  durationMs: number
  /** Why it never started: the code (ENOENT, EACCES, NO_FOLDER ...) and a sentence. */
  startFailure?: { code: string; message: string }
}

const lastLineGraceMs = 5_000
/** How long the output may stay open after everything of the run has ended, before we stop reading. */
const drainMs = 1_000

type Ending = { exitCode: number | null; signal: NodeJS.Signals | null; startFailure?: ProcessResult['startFailure'] }

function startFailureOf(error: Error, program: string): Ending {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'
  const words: Record<string, string> = {
    ENOENT: 'is not installed or not on the PATH',
    EACCES: 'may not be executed',
    E2BIG: 'was given too long arguments',
  }
  return { exitCode: null, signal: null, startFailure: { code, message: `${program} ${words[code] ?? `could not be started (${code})`}` } }
}

function ending(child: ChildProcess, program: string): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(startFailureOf(error, program)))
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
}

function closing(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('close', () => resolve()))
}

type Reason = 'timeout' | 'abort' | 'last-line' | { exceeded: string }
type Output = ReturnType<typeof collectOutput>

/** Resolves with why we must end the process; never resolves when it ends by itself. */
function reasonToEnd(input: ProcessInput, output: Output, pid: number | undefined, stop: AbortSignal): Promise<Reason> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), input.timeoutMs)
    const exceeded = (words: string) => resolve({ exceeded: words })
    const unwatch = input.limits && pid !== undefined ? watch(pid, input.limits, exceeded) : undefined
    output.tooMuch.then(exceeded)
    let grace: NodeJS.Timeout | undefined
    const abort = () => resolve('abort')
    if (input.signal?.aborted) abort()
    input.signal?.addEventListener('abort', abort)
    output.lastLine.then(() => {
      if (!stop.aborted) grace = setTimeout(() => resolve('last-line'), lastLineGraceMs)
    })
    stop.addEventListener('abort', () => {
      clearTimeout(timer)
      clearTimeout(grace)
      unwatch?.()
      input.signal?.removeEventListener('abort', abort)
    })
  })
}

function collectOutput(child: ChildProcess, input: ProcessInput) {
  const lastLine = Promise.withResolvers<void>()
  const tooMuch = Promise.withResolvers<string>()
  const printable = input.limits?.outputBytes ?? Number.POSITIVE_INFINITY
  let printed = 0
  const limit = input.maxOutputBytes ?? 4 * 1024 * 1024
  const collect = (stream: 'stdout' | 'stderr') => {
    const text = createCappedText(limit)
    const lines = createLineSplitter((line) => {
      input.onLine?.(line, stream)
      if (stream === 'stdout' && input.isLastLine?.(line)) lastLine.resolve()
    })
    child[stream]?.on('data', (chunk: Buffer) => {
      printed += chunk.length
      if (printed > printable) {
        tooMuch.resolve(`it printed more than the ${Math.round(printable / 1024 / 1024)} MB it may print`)
        return
      }
      text.add(chunk)
      lines.add(chunk)
    })
    child[stream]?.once('end', () => lines.end())
    return text
  }
  return { stdout: collect('stdout'), stderr: collect('stderr'), lastLine: lastLine.promise, tooMuch: tooMuch.promise }
}

function writeStdin(child: ChildProcess, text: string): void {
  // A program that does not read its input closes the pipe early (EPIPE): its own answer tells what is wrong, if anything.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(text)
}

async function drain(child: ChildProcess, closed: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs)
  })
  await Promise.race([closed, late])
  clearTimeout(timer)
  child.stdout?.destroy()
  child.stderr?.destroy()
}

/** What comes of a program that was never started: why, or that it was aborted before. */
export function neverStarted(code: string, message: string, aborted = false): ProcessResult {
  return {
    exitCode: null,
    signal: null,
    stdout: '',
    stderr: '',
    timedOut: false,
    aborted,
    endedAfterLastLine: false,
    durationMs: 0,
    ...(aborted ? {} : { startFailure: { code, message } }),
  }
}

/**
 * Runs a program in a process group of its own and answers when nothing of it is left: the group is ended (SIGTERM, 3 s,
 * SIGKILL) at the timeout, on abort, and also after a normal end if it left children; processes that moved to another group
 * are found by their CORTEX_RUN variable, or by working in the folders of its limits. Never throws for what the program does or for a program that is missing.
 */
export async function runProcess(input: ProcessInput): Promise<ProcessResult> {
  const [program, ...argv] = input.argv
  if (program === undefined) throw new Error('runProcess needs at least the name of a program')
  if (input.signal?.aborted) return neverStarted('', '', true)
  if (!(await stat(input.cwd).catch(() => null))?.isDirectory()) return neverStarted('NO_FOLDER', `the folder ${input.cwd} does not exist`)
  const marker = `${input.groupRecord?.key ?? 'run'}:${randomUUID()}`
  const record = input.groupRecord && (await openRecord(input.groupRecord.dataDir, input.groupRecord.key, marker))
  const started = performance.now()
  try {
    const child = spawn(program, argv, { cwd: input.cwd, env: { ...input.env, [markerName]: marker }, detached: true, stdio: 'pipe' })
    const result = await follow(child, program, input, marker, record?.started)
    return { ...result, durationMs: Math.round(performance.now() - started) }
  } finally {
    await record?.close()
  }
}

async function follow(
  child: ChildProcess,
  program: string,
  input: ProcessInput,
  marker: string,
  started: ((pid: number) => Promise<void>) | undefined,
): Promise<Omit<ProcessResult, 'durationMs'>> {
  const output = collectOutput(child, input)
  const ended = ending(child, program)
  const closed = closing(child)
  writeStdin(child, input.stdin ?? '')
  const graceMs = input.graceMs ?? 3_000
  const { pid } = child
  const where = input.limits && {
    folders: [...input.limits.folders, input.cwd],
    since: Number((pid && processStartTime(pid)) ?? processStartTime(process.pid)), // it may have ended by now
  }
  const stop = new AbortController()
  let why: Reason | undefined
  const forced = reasonToEnd(input, output, pid, stop.signal).then(async (reason) => {
    why = reason
    // What takes too much gets no time to take more.
    if (pid !== undefined) await endGroup(pid, marker, typeof reason === 'object' ? 0 : graceMs, where)
  })
  if (pid !== undefined) await started?.(pid)
  const end = await Promise.race([ended, forced.then(() => ended)])
  stop.abort()
  if (why) await forced
  else if (pid !== undefined) await endGroup(pid, marker, graceMs, where)
  await drain(child, closed)
  return {
    ...end,
    stdout: output.stdout.text(),
    stderr: output.stderr.text(),
    timedOut: why === 'timeout',
    aborted: why === 'abort',
    endedAfterLastLine: why === 'last-line',
    ...(typeof why === 'object' ? why : {}),
  }
}
