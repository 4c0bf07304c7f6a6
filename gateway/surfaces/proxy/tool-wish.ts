import { z } from 'zod'
import { jsonAnswer, wholeJsonAnswer } from '../../../functions/reasoning/json-answer.ts'
import type { Body } from './body.ts'
import type { FieldFault } from './fault.ts'
import { schemaFaults, valueFaults } from './schema-check.ts'

/** A tool of the client that an answer calls. */
export interface ToolCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** The tools of a request, as a chat page is told of them and as its answer is read. */
export interface ToolWish {
  readonly instruction: string
  /** The calls in an answer, none where it is plain text; or what is wrong with them, a line each. */
  read(text: string): Promise<{ readonly calls: readonly ToolCall[] } | { readonly faults: readonly string[] }>
}

const what = {
  name: z.string().regex(/^[\w-]{1,64}$/),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
}
/** What a tool is lies within `function` in chat completions, and beside its type in responses. */
export const Tool = z.looseObject({ type: z.literal('function'), function: z.looseObject(what) })
export const FlatTool = z.looseObject({ type: z.literal('function'), ...what }).transform(({ type, ...what }) => ({ type, function: what }))
/** A tool's name, as chat completions say it and as responses do. */
const Named = z.union([
  z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }).transform((one) => one.function.name),
  z.looseObject({ type: z.literal('function'), name: z.string() }).transform(({ name }) => name),
])
const allowed = { mode: z.enum(['auto', 'required']), tools: z.array(Named).min(1) }
const type = z.literal('allowed_tools')
/** Whether a tool must be called, and by `names` which of them may be; `isOne`: that very one, once. */
export const Choice = z.union([
  z.enum(['auto', 'none', 'required']).transform((mode) => ({ mode, names: undefined, isOne: false })),
  Named.transform((name) => ({ mode: 'required' as const, names: [name], isOne: true })),
  z.looseObject({ type, allowed_tools: z.looseObject(allowed) }).transform((one) => among(one.allowed_tools)),
  z.looseObject({ type, ...allowed }).transform((one) => among(one)),
])
const among = ({ mode, tools: names }: { mode: 'auto' | 'required'; tools: string[] }) => ({ mode, names, isOne: false })
const Call = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) })

interface Known {
  readonly name: string
  readonly description?: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** Where its schema stands in the request. */
  readonly field: string
}

/** Reads `tools` (flat ones are those of responses), `tool_choice` and `parallel_tool_calls`; undefined where no tool may be called. What is wrong goes to `faults`. */
export const toolWish = async (body: Body, faults: FieldFault[], isFlat = false): Promise<ToolWish | undefined> => {
  const given = [body.tools ?? []].flat()
  const tools = given.flatMap((tool, index) => knownTool(tool, `tools.${index}`, faults, isFlat))
  faults.push(...(await unchecked(tools)))
  const choice = Choice.safeParse(body.tool_choice ?? 'auto')
  if (!choice.success)
    faults.push({ param: 'tool_choice', message: 'must be auto, none, required, a function by its name or allowed_tools' })
  if (!choice.success || choice.data.mode === 'none') return undefined
  const { mode, names, isOne } = choice.data
  if (given.length === 0 && mode === 'auto' && !names) return undefined
  const open = names ? tools.filter(({ name }) => names.includes(name)) : tools
  const isKnown = open.length > 0 && (names ?? []).every((name) => open.some((tool) => tool.name === name))
  if (!isKnown && tools.length === given.length) faults.push({ param: 'tool_choice', message: 'names what is no tool of the request' })
  const rule = { isMust: mode === 'required', isSingle: body.parallel_tool_calls === false || isOne }
  return { instruction: instructionOf(open, rule), read: (text) => readCalls(text, open, rule) }
}

const knownTool = (tool: unknown, param: string, faults: FieldFault[], isFlat: boolean): Known[] => {
  const read = (isFlat ? FlatTool : Tool).safeParse(tool)
  if (!read.success) {
    const [issue] = read.error.issues
    faults.push({ param: [param, ...(issue?.path ?? [])].join('.'), message: issue?.message ?? 'is not understood' })
    return []
  }
  const { name, description, parameters } = read.data.function
  const schema = parameters ?? { type: 'object' }
  const field = isFlat ? `${param}.parameters` : `${param}.function.parameters`
  return [{ name, ...(description ? { description } : {}), parameters: schema, field }]
}

/** The tools whose calls could not be checked. */
const unchecked = async (tools: readonly Known[]): Promise<FieldFault[]> => {
  if (tools.length === 0) return []
  const schemas = tools.map(({ parameters }) => parameters)
  const why = await schemaFaults(schemas, 'tools')
  return tools.flatMap(({ field }, index) => (why[index] ? [{ param: field, message: `cannot be checked: ${why[index]}` }] : []))
}

interface Rule {
  readonly isMust: boolean
  readonly isSingle: boolean
}

const instructionOf = (tools: readonly Known[], { isMust, isSingle }: Rule): string =>
  [
    `${isMust ? 'Call' : 'You may call'} ${isSingle ? 'one' : 'one or more'} of the tools below: I run them, and send the results.`,
    'To call, answer with one JSON object and nothing else: {"tool_calls": [{"name": "<the tool>", "arguments": {}}]}',
    'Its arguments must be valid against the JSON Schema of the tool.',
    ...(isMust ? [] : ['When no tool is needed, answer as usual.']),
    ...tools.map(({ name, description, parameters }) => JSON.stringify({ name, description, parameters })),
  ].join('\n')

const readCalls = async (text: string, tools: readonly Known[], { isMust, isSingle }: Rule): ReturnType<ToolWish['read']> => {
  // Who must call means the object wherever it stands; who may can also write about calls.
  const said = (isMust ? jsonAnswer(text) : wholeJsonAnswer(text))?.tool_calls
  if (!Array.isArray(said) || said.length === 0) return isMust ? { faults: ['the answer calls no tool'] } : { calls: [] }
  const faults = isSingle && said.length > 1 ? [`one tool may be called, not ${said.length}`] : []
  const calls: ToolCall[] = []
  for (const [index, one] of said.entries()) {
    const read = await readCall(one, tools)
    if ('call' in read) calls.push(read.call)
    else faults.push(...read.faults.map((fault) => `tool_calls.${index}${fault}`))
  }
  return faults.length > 0 ? { faults } : { calls }
}

const readCall = async (one: unknown, tools: readonly Known[]): Promise<{ call: ToolCall } | { faults: string[] }> => {
  const read = Call.safeParse(typeof one === 'object' && one !== null && 'function' in one ? one.function : one)
  if (!read.success) return { faults: [': needs a name and an object of arguments'] }
  const { name, arguments: given } = read.data
  const tool = tools.find((known) => known.name === name)
  if (!tool) return { faults: [`: there is no tool "${name}"`] }
  const faults = await valueFaults(tool.parameters, given, tool.field)
  return faults.length > 0 ? { faults: faults.map((fault) => ` (${name}): ${fault}`) } : { call: { name, arguments: given } }
}

/** The calls of an earlier answer, as the page is told to write its own. */
export const callsText = (calls: readonly unknown[]): string =>
  JSON.stringify({
    tool_calls: calls.map((call) => {
      const { name, arguments: given } = Earlier.parse(call).function
      return { name, arguments: jsonAnswer(given) ?? given }
    }),
  })

/** A call in an earlier message of the assistant. */
export const Earlier = z.looseObject({
  id: z.unknown().optional(),
  function: z.looseObject({ name: z.string(), arguments: z.string().default('{}') }),
})

/** By this its result names it; `index` is its place among those of its answer. */
export const callId = (jobId: string, index: number): string => `call_${jobId.replace(/^job-/, '')}_${index}`

/** A call as chat completions tell it. */
export const chatToolCall = (jobId: string, call: ToolCall, index: number) => ({
  id: callId(jobId, index),
  type: 'function',
  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
})
