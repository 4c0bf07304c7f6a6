import type { z } from 'zod'
import {
  CommandAnswer,
  DeadListAnswer,
  DeadShowAnswer,
  DiffAnswer,
  FunctionsAnswer,
  ListAnswer,
  LogsAnswer,
  PlanAnswer,
  RedriveAnswer,
  StatusAnswer,
  StoryAnswer,
  SubmitAnswer,
  SystemAnswer,
} from './answers.ts'
import type { TaskWish } from './services/task-wish.ts'

/** Asks the endpoint `<group>.<name>` of our micro services, in this process or over the bus. Throws `RequestFault`. */
export type Ask = (endpoint: string, input: object) => Promise<unknown>

export interface Decision {
  readonly id: string
  /** The plan that is meant; without it the one that waits. */
  readonly planHash?: string | undefined
  readonly reason?: string | undefined
}
export interface ListWish {
  readonly status?: string | undefined
  readonly project?: string | undefined
  readonly category?: string | undefined
  readonly priority?: number | undefined
  readonly search?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/**
 * Everything a surface may do, in one caller's name: HTTP, chat, webhooks, MCP and the command line are words around it.
 * Every call throws `RequestFault`: 400 bad input (all faults at once), 403 not allowed, 404 not there, 409 refused by a rule,
 * 429 too much at once, 503 the bus is away.
 */
export interface Operations {
  /** Stores a task durably and answers at once: the door's own schema was checked, what becomes of it shows in its status. */
  submit(task: TaskWish): Promise<z.output<typeof SubmitAnswer>>
  /** Where a task is. One that was just submitted is waited for, 2 s at most. */
  status(id: string): Promise<StatusAnswer>
  /** The facts after a sequence (-1 for all); waits up to `waitMs` for the next one. */
  story(input: { id: string; after?: number; waitMs?: number }): Promise<StoryAnswer>
  list(wish: ListWish): Promise<ListAnswer>
  plan(id: string, offset?: number): Promise<z.output<typeof PlanAnswer>>
  diff(id: string, offset?: number): Promise<z.output<typeof DiffAnswer>>
  logs(input: { id: string; number?: number | undefined; offset?: number }): Promise<LogsAnswer>
  approve(decision: Decision): Promise<CommandAnswer>
  reject(decision: Decision): Promise<CommandAnswer>
  /** Asks for changes in the plan. */
  question(decision: Omit<Decision, 'reason'> & { wish: string }): Promise<CommandAnswer>
  cancel(id: string, reason?: string): Promise<CommandAnswer>
  retry(id: string, guidance?: string): Promise<CommandAnswer>
  /** 1 critical, 3 high, 5 medium, 7 low. */
  prioritise(id: string, priority: number): Promise<CommandAnswer>
  system(): Promise<SystemAnswer>
  functions(): Promise<FunctionsAnswer>
  pause(input: { name: string; reason?: string | undefined; minutes?: number | undefined }): Promise<CommandAnswer>
  resume(name: string): Promise<CommandAnswer>
  deadLetters(input: { limit?: number; offset?: number }): Promise<z.output<typeof DeadListAnswer>>
  deadLetter(number: number, offset?: number): Promise<z.output<typeof DeadShowAnswer>>
  redrive(number: number): Promise<z.output<typeof RedriveAnswer>>
}

/** The operations over whatever carries a request to the services. */
export const operationsOver = (ask: Ask): Operations => {
  const to =
    <Input extends object, Answer extends z.ZodType>(endpoint: string, answer: Answer) =>
    async (input: Input): Promise<z.output<Answer>> =>
      answer.parse(await ask(endpoint, withoutUndefined(input)))
  const about = <Answer extends z.ZodType>(endpoint: string, answer: Answer) => {
    const call = to(endpoint, answer)
    return (id: string, offset = 0): Promise<z.output<Answer>> => call({ id, offset })
  }
  const command = <Input extends object>(endpoint: string) => to<Input, typeof CommandAnswer>(endpoint, CommandAnswer)
  const status = to('task.status', StatusAnswer)
  const cancel = command('task.cancel')
  const retry = command('task.retry')
  const prioritise = command('task.prioritise')
  const resume = command('function.resume')
  const system = to('system.status', SystemAnswer)
  const functions = to('function.list', FunctionsAnswer)
  const show = to('dead.show', DeadShowAnswer)
  const redrive = to('dead.redrive', RedriveAnswer)
  return {
    submit: to('task.submit', SubmitAnswer),
    status: (id) => status({ id }),
    story: to('task.story', StoryAnswer),
    list: to('task.list', ListAnswer),
    plan: about('task.plan', PlanAnswer),
    diff: about('task.diff', DiffAnswer),
    logs: to('task.logs', LogsAnswer),
    approve: command('task.approve'),
    reject: command('task.reject'),
    question: command('task.question'),
    cancel: (id, reason) => cancel({ id, reason }),
    retry: (id, guidance) => retry({ id, guidance }),
    prioritise: (id, priority) => prioritise({ id, priority }),
    system: () => system({}),
    functions: () => functions({}),
    pause: command('function.pause'),
    resume: (name) => resume({ name }),
    deadLetters: to('dead.list', DeadListAnswer),
    deadLetter: (number, offset = 0) => show({ number, offset }),
    redrive: (number) => redrive({ number }),
  }
}

const withoutUndefined = (input: object): object => Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
