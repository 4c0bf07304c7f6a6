import type { Usage } from '../domain/catalogue/shared.ts'
import type { Callbacks } from './callback/callback-ports.ts'
import type { Lessons } from './chum/chum-ports.ts'
import type { Failure } from './failure.ts'
import type { RuleGate } from './rules/rule-ports.ts'
import type { Settings } from './settings.ts'
import type { Checks, Yardstick } from './verification/check-ports.ts'
import type { Semgrep } from './verification/scan-ports.ts'

/** What functions may ask of the outside world. Each is built once in `infra/app/start.ts`; functions know only these interfaces. */
export interface Services {
  readonly config: Settings
  readonly git: Git
  readonly agents: Agents
  readonly semgrep: Semgrep
  readonly checks: Checks
  readonly yardstick: Yardstick
  readonly sandbox: Confining
  readonly secrets: Secrets
  readonly model: ModelApi
  readonly notify: Notify
  readonly chat: Chat
  readonly callbacks: Callbacks
  readonly deadLetters: DeadLetters
  readonly functions: Functions
  readonly disk: Disk
  readonly lessons: Lessons
  readonly ruleGate: RuleGate
}

/** The disk on which the system stores. */
export interface Disk {
  /** Why no new work is taken, in a sentence; undefined while there is room. */
  shortage(): Promise<string | undefined>
}

/** What functions declare about themselves. */
export interface Functions {
  /** Whether it only tells somebody what happened, so that no task ends when it gives up. */
  onlyTells(name: string): boolean
}

/** How agents, setup and checks are held. */
export interface Confining {
  /** Null: in a sandbox. Else why they are not, in a sentence. */
  readonly missing: string | null
}

/** A text without secrets: each is `[secret masked: <kind>]` in it. */
export interface Masked {
  text: string
  /** Of what kinds they were, each once. */
  kinds: string[]
}

/** Where a change brings a secret, and of what kind it is; never its value. */
export interface SecretInChange {
  file: string
  line: number
  kind: string
}

/** What must not leave: values that agents and the system are given, and whatever looks like a key, a token or a password. */
export interface Secrets {
  mask(text: string): Promise<Masked>
  /** The secrets in the new lines of a diff that shows everything, without those that it moves; files that the operator allows may hold what only looks like one. */
  inChange(diff: string): Promise<SecretInChange[]>
}

export interface AgentRun {
  agent: string
  role: 'plan' | 'implement' | 'review' | 'answer'
  prompt: string
  /** The project whose hosts and places an implementer has in the sandbox. */
  project?: string
  /** The worktree it works in; absent: an empty scratch folder. For every role but implement it is compared afterwards: a reviewer that writes has failed. */
  cwd?: string
  /** JSON Schema of the wanted answer; passed on where the command line can take one. */
  schema?: object
  timeoutMs: number
  signal: AbortSignal
  /** Identity of this run, for its scratch folder and the record of its process group. Same key = the same run again. */
  key: string
  /** One line of progress for people: no secrets, at most 200 characters. */
  onLine?: (line: string) => void
}
export type AgentResult = ({ ok: true; text: string; structured?: unknown } | ({ ok: false; text: string } & Failure)) & {
  usage: Usage
  model?: string
  /** What `--version` printed, or 'unknown'. */
  version: string
  exitCode: number | null
  /** stdout and stderr, capped at 4 MiB in the middle. */
  log: string
  denials: string[]
}
export interface Agents {
  names(): string[]
  has(name: string, role: AgentRun['role']): boolean
  /** Never throws for what an agent does; throws only when aborted (`signal.reason`). */
  run(run: AgentRun): Promise<AgentResult>
}

export interface FileChange {
  file: string
  /** Its name at the base, where that was another one. */
  from?: string
  change: 'added' | 'changed' | 'deleted' | 'renamed'
  /** What it is at the head; a link is never a file with content. Absent where it is deleted. */
  is?: 'file' | 'link' | 'empty' | 'repository'
  /** Lines; 0 for binary files. */
  added: number
  removed: number
}
export interface Worktree extends AsyncDisposable {
  readonly path: string
}
export interface Git {
  /** Brings the mirror up to date. `isQuick`: no walk for warnings. Throws `GitProblem` for an unknown project or base, a missing or empty repository. */
  resolve(project: string, options?: { isQuick: boolean }): Promise<{ baseSha: string; branch: string; warnings: string[] }>
  /** Why no task can start on the project as it is now, as far as that shows without fetching anything; null: nothing was found. */
  whyUnusable(project: string): Promise<string | null>
  /** The branch that tasks start from and that `ff` moves, as named now; nothing is fetched. Throws as `resolve` does. */
  base(project: string): Promise<string>
  /** A clean worktree of the mirror at `sha`, outside every repository; same key = same folder, wiped first. Disposing removes it. */
  worktree(input: { project: string; sha: string; key: string }): Promise<Worktree>
  /** Commits everything the agent left (its own commits are squashed into it). `at` and `message` make the sha repeatable. Null = no change. */
  commit(input: { worktree: Worktree; baseSha: string; message: string; at: string }): Promise<string | null>
  /** True when the worktree differs from its commit. */
  isDirty(worktree: Worktree): Promise<boolean>
  /** A git bundle of base..head for review, scan and DoD on any replica. */
  bundle(input: { project: string; baseSha: string; headSha: string; includeBase: boolean }): Promise<Uint8Array>
  /** Brings `headSha` into the mirror from a bundle when it is not there. */
  adopt(input: { project: string; headSha: string; bundle: () => Promise<Uint8Array> }): Promise<void>
  /**
   * Bytes that are no UTF-8 are written out, `\byte{E9}`. With `everything` it shows every file as text and whole, whatever a repository
   * says of it: for programs. With `wholly` it is about these files alone, each as if its name were new.
   */
  diff(input: {
    project: string
    baseSha: string
    headSha: string
    everything?: boolean
    wholly?: readonly string[]
  }): Promise<{ text: string; files: string[] }>
  /** Every file that differs, with its lines; a renamed one once, under its new name. */
  changes(input: { project: string; baseSha: string; headSha: string }): Promise<FileChange[]>
  /** A commit like `headSha` in which these files are as at `baseSha`, not there, or have this text (executable where the head's is); kept in the mirror. The same again is the same commit. */
  compose(input: {
    project: string
    baseSha: string
    headSha: string
    restore: readonly string[]
    remove: readonly string[]
    write: Readonly<Record<string, string>>
  }): Promise<string>
  /** The hash of all that the commit holds, as git says it. Throws `GitProblem` when git never saw the commit. */
  tree(input: { project: string; sha: string }): Promise<string>
  /** The file at that commit, or null. */
  show(input: { project: string; sha: string; file: string }): Promise<string | null>
  /** All tracked files at that commit; then the text files among them that hold one of these texts. */
  files(input: { project: string; sha: string }): Promise<string[]>
  mentioning(input: { project: string; sha: string; texts: readonly string[] }): Promise<string[]>
  /** Where each link of that commit leads to, by its name. */
  links(input: { project: string; sha: string }): Promise<ReadonlyMap<string, string>>
  /** Those that may be shown to a model elsewhere: plain files, and none that a `.gitignore` of that commit lists. */
  showable(input: { project: string; sha: string }): Promise<string[]>
  /** Of these files, whether they are there or not, those that git passes through a filter, with its name: no commit of a task may write them. */
  filters(input: { project: string; sha: string; files: readonly string[] }): Promise<ReadonlyMap<string, string>>
  /**
   * The only call that touches the person's repository: adds the branch, and with `ff` moves the base to it. A base that is checked out
   * is left alone, and the remark says what to type. The same again changes nothing.
   */
  deliver(input: {
    project: string
    branch: string
    headSha: string
    merge: 'branch' | 'ff'
    base: string
  }): Promise<{ branch: string; merged: boolean; remark?: string }>
}

export interface ModelApi {
  readonly configured: boolean
  /** One chat completion on the configured OpenAI-compatible endpoint. */
  ask(input: {
    prompt: string
    images: Uint8Array[]
    schema?: object
    timeoutMs: number
    signal: AbortSignal
    /** What is being written, line by line, without secrets. */
    onText?: (text: string) => void
  }): Promise<{ ok: true; text: string; model: string; usage: Usage } | ({ ok: false } & Failure)>
}

export interface Notify {
  /** Tells a person by the configured command and webhook; `key` lets a receiver drop repeats. Returns the channels that took it; throws when one is configured and none did. */
  person(input: { key: string; event: string; task: string; title: string; reason: string }): Promise<string[]>
}

export interface DeadLetters {
  /** Sends one to its function once more; the same again within ten minutes sends it once. Throws `NotRetryable` when it is gone. */
  redrive(number: number, signal: AbortSignal): Promise<void>
}

/** Where in a chat: the thread as the platform's adapter writes it. */
export interface ChatPlace {
  readonly platform: string
  readonly thread: string
  readonly signal: AbortSignal
}

/** What a message says, in Markdown that every platform can show. With a title it is a card, which may have buttons. */
export interface ChatBody {
  readonly text: string
  readonly title?: string
  /** Ids of people whom it calls. */
  readonly people?: readonly string[]
  readonly buttons?: readonly ('approve' | 'reject')[]
  /** What the buttons decide on. */
  readonly plan?: { readonly task: string; readonly planHash: string }
}

/** How it goes with a platform whose messages are listened to. */
export interface ChatListener {
  readonly platform: string
  /** `standby`: another process listens. */
  readonly state: 'listening' | 'standby' | 'away'
  readonly reason: string
  /** ISO 8601. */
  readonly since: string
}

/**
 * The chat platforms that are switched on. Every call throws `RetryAfter` when the platform asks for patience, `NeedsHuman` when
 * it refuses us for good (a wrong token, a room we are not in), and in words when it cannot be reached.
 */
export interface Chat {
  has(platform: string): boolean
  /** Posts a message and returns the platform's id of it. */
  post(message: ChatPlace & { readonly body: ChatBody }): Promise<string>
  /** False when the message is not there any more. */
  edit(message: ChatPlace & { readonly message: string; readonly body: ChatBody }): Promise<boolean>
  /** The newest message of ours in the thread that has these words. */
  find(place: ChatPlace & { readonly marker: string }): Promise<string | undefined>
  /** Tells one person alone where the platform can do that, else everybody there. */
  whisper(message: ChatPlace & { readonly person: string; readonly body: ChatBody }): Promise<void>
  /** Does the work while no process does other work of this name; throws `RetryAfter` when it is never free for 2 s. */
  alone<T>(name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** The platforms that this process listens to. */
  listeners(): readonly ChatListener[]
  tell(listener: ChatListener): void
}
