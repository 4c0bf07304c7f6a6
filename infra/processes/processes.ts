import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import { processStartTime } from '../locks/process-identity.mjs'
import { findOnPath } from '../setup/cache.mjs'
import { createCappedText } from './capped-text.ts'
import { type ControlGroup, type ControlGroups, removeGroup } from './control-groups.ts'
import { endGroup, markerName, openRecord, type Whereabouts, workingAs } from './groups.ts'
import { createLineSplitter } from './lines.ts'
import { readInTurns } from './read-in-turns.ts'
import { type RunLimits, watch } from './watch.ts'

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
  limits?: RunLimits
  /** Where there are such, what it starts stays in a control group, which holds its limits of memory and processes. */
  controlGroups?: ControlGroups | null
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
/** How long the output may stay open and silent after everything of the run has ended, before we stop reading; and at most. */
const drainMs = 1_000
const mostDrainMs = 10_000

type Ending = { exitCode: number | null; signal: NodeJS.Signals | null; startFailure?: ProcessResult['startFailure'] }

function startFailureOf(code: string, program: string): Required<Ending>['startFailure'] {
  const words: Record<string, string> = {
    ENOENT: 'is not installed or not on the PATH',
    EACCES: 'may not be executed',
    E2BIG: 'was given too long arguments',
  }
  return { code, message: `${program} ${words[code] ?? `could not be started (${code})`}` }
}

function ending(child: ChildProcess, program: string): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', ({ code = 'UNKNOWN' }: NodeJS.ErrnoException) =>
      resolve({ exitCode: null, signal: null, startFailure: startFailureOf(code, program) }),
    )
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
}

type Reason = 'timeout' | 'abort' | 'last-line' | { exceeded: string }
type Output = ReturnType<typeof collectOutput>

/** Resolves with why we must end the process; never resolves when it ends by itself. */
function reasonToEnd(input: ProcessInput, output: Output, { pid, control, stop }: Running): Promise<Reason> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), input.timeoutMs)
    const exceeded = (words: string) => resolve({ exceeded: words })
    const unwatch = input.limits && pid !== undefined ? watch(pid, input.limits, exceeded, control) : undefined
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

/** A run at work. */
interface Running {
  pid: number | undefined
  control: ControlGroup | undefined
  stop: AbortSignal
}

function collectOutput(child: ChildProcessWithoutNullStreams, input: ProcessInput) {
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
    const take = (piece: Buffer): void => {
      printed += piece.length
      if (printed > printable) {
        tooMuch.resolve(`it printed more than the ${Math.round(printable / 1024 / 1024)} MB it may print`)
        return
      }
      text.add(piece)
      lines.add(piece)
    }
    return { ...readInTurns(child[stream], take, lines.end), text: text.text }
  }
  return { stdout: collect('stdout'), stderr: collect('stderr'), lastLine: lastLine.promise, tooMuch: tooMuch.promise }
}

function writeStdin(child: ChildProcess, text: string): void {
  // A program that does not read its input closes the pipe early (EPIPE): its own answer tells what is wrong, if anything.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(text)
}

async function drain({ stdout, stderr }: Output): Promise<void> {
  const began = performance.now()
  const over = Promise.withResolvers<void>()
  const timer = setInterval(() => {
    const now = performance.now()
    const silence = now - Math.max(began, stdout.heardAt(), stderr.heardAt())
    if (silence >= drainMs || now - began >= mostDrainMs) over.resolve()
  }, drainMs / 10)
  await Promise.race([Promise.all([stdout.done, stderr.done]), over.promise])
  clearInterval(timer)
  stdout.stop()
  stderr.stop()
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

/** Why the program that a shell is to become could not be started: a code of the system's. Null when it can. */
async function hindrance(program: string, { cwd, env }: ProcessInput): Promise<string | null> {
  const file = program.includes('/') ? path.resolve(cwd, program) : findOnPath(program, { PATH: env['PATH'] })
  if (file === null) return 'ENOENT'
  return access(file, constants.X_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code ?? 'UNKNOWN',
  )
}

/**
 * Runs a program in a process group of its own and answers when nothing of it is left: the group is ended (SIGTERM, 3 s,
 * SIGKILL) at the timeout, on abort, and also after a normal end if it left children; processes that moved to another group
 * are found in its control group, by their CORTEX_RUN variable, or by working in the folders of its limits. Never throws for what
 * the program does or for a program that is missing.
 */
export async function runProcess(input: ProcessInput): Promise<ProcessResult> {
  const [program] = input.argv
  if (program === undefined) throw new Error('runProcess needs at least the name of a program')
  if (input.signal?.aborted) return neverStarted('', '', true)
  if (!(await stat(input.cwd).catch(() => null))?.isDirectory()) return neverStarted('NO_FOLDER', `the folder ${input.cwd} does not exist`)
  const control = input.limits && (await input.controlGroups?.open(input.limits))
  try {
    const code = control ? await hindrance(program, input) : null
    if (code !== null) return neverStarted(code, startFailureOf(code, program).message)
    return await start(input, program, control)
  } finally {
    if (control) await removeGroup(control.folders)
  }
}

async function start(input: ProcessInput, program: string, control: ControlGroup | undefined): Promise<ProcessResult> {
  const marker = `${input.groupRecord?.key ?? 'run'}:${randomUUID()}`
  using _working = workingAs(marker)
  const { groupRecord } = input
  const record = groupRecord && (await openRecord(groupRecord.dataDir, groupRecord.key, marker, control?.folders ?? []))
  const [file = program, ...argv] = control?.entering(input.argv) ?? input.argv
  const started = performance.now()
  try {
    const child = spawn(file, argv, { cwd: input.cwd, env: { ...input.env, [markerName]: marker }, detached: true, stdio: 'pipe' })
    const end = (graceMs: number) => endGroup(child.pid!, marker, graceMs, where)
    const where = whereabouts(input, child.pid, control)
    const result = await follow(child, program, input, { control, end, started: record?.started })
    return { ...result, durationMs: Math.round(performance.now() - started) }
  } finally {
    await record?.close()
  }
}

function whereabouts({ limits, cwd }: ProcessInput, pid: number | undefined, control: ControlGroup | undefined): Whereabouts {
  const since = Number((pid && processStartTime(pid)) ?? processStartTime(process.pid)) // it may have ended by now
  return { control: control?.folders ?? [], ...(limits ? { strays: { folders: [...limits.folders, cwd], since } } : {}) }
}

/** What is done around a run. */
interface Care {
  control: ControlGroup | undefined
  started: ((pid: number) => Promise<void>) | undefined
  end(graceMs: number): Promise<void>
}

async function follow(
  child: ChildProcessWithoutNullStreams,
  program: string,
  input: ProcessInput,
  care: Care,
): Promise<Omit<ProcessResult, 'durationMs'>> {
  const output = collectOutput(child, input)
  const ended = ending(child, program)
  writeStdin(child, input.stdin ?? '')
  const graceMs = input.graceMs ?? 3_000
  const { pid } = child
  const stop = new AbortController()
  let why: Reason | undefined
  const forced = reasonToEnd(input, output, { pid, control: care.control, stop: stop.signal }).then(async (reason) => {
    why = reason
    // What takes too much gets no time to take more.
    if (pid !== undefined) await care.end(typeof reason === 'object' ? 0 : graceMs)
  })
  if (pid !== undefined) await care.started?.(pid)
  const end = await Promise.race([ended, forced.then(() => ended)])
  stop.abort()
  if (why) await forced
  else if (pid !== undefined) await care.end(graceMs)
  // The kernel may have ended it before anybody looked.
  const exceeded = typeof why === 'object' ? why.exceeded : care.control?.isLimited ? await care.control.tooMuch() : null
  await drain(output)
  return {
    ...end,
    stdout: output.stdout.text(),
    stderr: output.stderr.text(),
    timedOut: why === 'timeout',
    aborted: why === 'abort',
    endedAfterLastLine: why === 'last-line',
    ...(exceeded === null ? {} : { exceeded }),
  }
}
