import { Earlier } from './tool-wish.ts'

/** The calls of earlier messages, by which the page tells their results apart: it never sees the ids that clients give them. */
export interface EarlierCalls {
  add(calls: readonly unknown[]): void
  /** What a result is the result of: its call by id, else the next one of its name, or of any, that has none yet. */
  nameOf(message: Readonly<Record<string, unknown>>): string
}

/** Characters of a call's arguments that tell it from others. */
const MOST_SHOWN = 200

export const earlierCalls = (): EarlierCalls => {
  let open: { readonly id: unknown; readonly name: string; readonly arguments: string }[] = []
  return {
    add: (calls) => {
      open = [...open, ...calls.map((call) => Earlier.parse(call)).map(({ id, function: called }) => ({ ...called, id }))]
    },
    nameOf: ({ tool_call_id: id, name }) => {
      const call = open.find((one) => id && one.id === id) ?? open.find((one) => !(id && one.id) && (!name || one.name === name))
      open = open.filter((one) => one !== call)
      return call ? `${call.name} ${call.arguments.slice(0, MOST_SHOWN)}` : String(name ?? id ?? 'a call')
    },
  }
}
