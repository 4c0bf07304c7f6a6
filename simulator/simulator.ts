import { factsOf, findSession, queueScripts, reset, setDefaultScript, setDraft, setMode, signEverybodyOut } from './control.ts'
import type { Facts, ReceivedFile } from './facts.ts'
import type { ModeChange } from './mode.ts'
import type { ScriptInput } from './script.ts'
import { createAnswerer } from './sending.ts'
import { startServer } from './server.ts'
import { loadState, saveState } from './state-file.ts'
import { createWorld } from './world.ts'

export interface AnswerContext {
  /** Id of the conversation. */
  readonly conversation: string
  readonly files: readonly ReceivedFile[]
}

export interface SimulatorOptions {
  /** Absent or 0: any free one. */
  readonly port?: number
  /** Absent: 127.0.0.1 alone. */
  readonly host?: string
  /** JSON file that the stand-in lives in; absent: it forgets at its end. */
  readonly statePath?: string
  /** The page wants a login first; a profile that has logged in stays so. */
  readonly login?: boolean
  /** Markdown for a prompt whose script has no answer. */
  readonly answer?: (prompt: string, context: AnswerContext) => string | Promise<string>
  readonly log?: (line: string) => void
}

/** A running stand-in page; each method is also a request of the control surface (see the README). */
export interface Simulator extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string
  facts(): Facts
  /** The next prompts take these scripts, first in first out; when they are used up, the default one again. */
  queueScripts(...scripts: ScriptInput[]): void
  setDefaultScript(script: ScriptInput): void
  setMode(change: ModeChange): void
  /** A draft that is in the composer at the next load; no conversation: that of the new-chat page. */
  setDraft(text: string, conversation?: string): void
  /** Everybody is signed out and must log in. */
  endSession(): void
  /** The server alone learns that everybody is signed in: no browser gets a cookie for it. */
  findSession(): void
  /** Cuts every open connection once. */
  dropConnections(): void
  /** Refuses connections, the control surface too, for so many milliseconds. */
  goDown(ms: number): Promise<void>
  /** Forgets conversations, scripts, modes and facts; a login stays. */
  reset(): void
}

/**
 * Starts the stand-in chat page.
 * @throws Error when the port is taken or the state file is not one of ours.
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { port = 0, host = '127.0.0.1', statePath, login = false, answer = standInAnswer, log = () => undefined } = options
  const world = createWorld(loadState(statePath, login), (state) => saveState(statePath, state))
  const answerPending = createAnswerer(world, answer, log)
  world.onChange(answerPending)
  const server = await startServer(world, host, port, log)
  answerPending()
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${server.port}`,
    facts: () => factsOf(world),
    queueScripts: (...scripts) => queueScripts(world, scripts),
    setDefaultScript: (script) => setDefaultScript(world, script),
    setMode: (change) => setMode(world, change),
    setDraft: (text, conversation) => setDraft(world, text, conversation),
    endSession: () => signEverybodyOut(world),
    findSession: () => findSession(world),
    dropConnections: () => server.dropConnections(),
    goDown: (ms) => server.goDown(ms),
    reset: () => reset(world),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const standInAnswer = (prompt: string, { files }: AnswerContext): string =>
  [
    'This is the **stand-in page of Cortex**: no model answers here.',
    `Your prompt has ${prompt.length} characters and ${files.length} files.`,
    ...files.map(({ name, size }) => `- \`${name}\`, ${size} bytes`),
  ].join('\n\n')
