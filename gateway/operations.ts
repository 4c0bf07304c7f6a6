import type { z } from 'zod'
import type { AnyService } from '../bus/define-service.ts'
import type { ServiceContext } from './context/define-service.ts'
import type { AnyOperation, Words } from './define-operation.ts'
import { deadOperations } from './services/dead.ts'
import { functionOperations } from './services/function.ts'
import { jobOperations } from './services/job.ts'
import { lessonOperations } from './services/lessons.ts'
import { ruleOperations } from './services/rules.ts'
import { systemOperations } from './services/system.ts'
import { taskOperations } from './services/task.ts'
import { taskCommands } from './services/task-commands.ts'
import { taskRecord } from './services/task-record.ts'

/** All there are, by the name that surfaces call them. */
export const declared = {
  ...taskOperations,
  ...taskRecord,
  ...taskCommands,
  ...jobOperations,
  ...deadOperations,
  ...functionOperations,
  ...lessonOperations,
  ...ruleOperations,
  ...systemOperations,
}

export type Declared = Readonly<Record<string, AnyOperation>>
type Call<Input, Answer> = string extends keyof Input ? () => Promise<Answer> : (input: Words<Input>) => Promise<Answer>
type ClientOf<All extends Declared> = { [Name in keyof All]: Call<z.input<All[Name]['input']>, z.output<All[Name]['answer']>> }

/**
 * Everything a surface may do, in one caller's name: HTTP, chat, webhooks, MCP and the command line are words around it.
 * Every call throws `RequestFault`: 400 bad input (all faults at once), 403 not allowed, 404 not there, 409 refused by a rule,
 * 429 too much at once, 503 the bus is away.
 */
export type Operations = ClientOf<typeof declared>

export type OperationName = keyof typeof declared
export type AnswerOf<Name extends OperationName> = z.output<(typeof declared)[Name]['answer']>
/** The fields of an operation, with whatever somebody says they are. */
export type Said<Name extends OperationName> = { readonly [Field in keyof z.input<(typeof declared)[Name]['input']>]?: unknown }

/** What brings a request to an operation's handler and its answer back. */
export type Carrier = (operation: AnyOperation, input: object) => Promise<unknown>

/** The operations over whatever carries them. */
export const clientOf = <All extends Declared>(all: All, carry: Carrier): ClientOf<All> =>
  // Each call has the types of its own declaration, which is more than `Object.fromEntries` knows.
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, (input: object = {}) => carry(one, input)])) as ClientOf<All>

export const operationsOver = (carry: Carrier): Operations => clientOf(declared, carry)

/** One of the operations, whose name is known only here; its input is read by its own schema. */
export const callOf = (operations: object, name: string): ((input: object) => Promise<object>) => Reflect.get(operations, name)

/** The micro services, by group. */
export const servicesOf = (all: Declared): ReadonlyMap<string, AnyService<ServiceContext>> => {
  const named = Object.values(all).map((operation) => ({ operation, parts: operation.name.split('.') }))
  const groups = Map.groupBy(named, ({ parts: [group = ''] }) => group)
  return new Map([...groups].map(([group, of]) => [group, serviceOf(of.map(({ operation, parts }) => [parts[1] ?? '', operation]))]))
}

const serviceOf = (named: readonly (readonly [string, AnyOperation])[]): AnyService<ServiceContext> => ({
  endpoints: Object.fromEntries(named.map(([name, operation]) => [name, { ...operation, onlyReads: onlyReads(operation) }])),
})

/** Whether an operation changes nothing. */
export const onlyReads = ({ scopes }: Pick<AnyOperation, 'scopes'>): boolean => scopes.includes('read')
