/** A piece of a message: text, or an image by its number in the request, from 1. */
export type Piece = { readonly text: string } | { readonly image: number }

export interface Turn {
  readonly role: 'instructions' | 'user' | 'assistant' | 'tool'
  readonly pieces: readonly Piece[]
}

/** Images are named where they stood when there is more than one text they could belong to. */
const textOf = ({ pieces }: Turn, named: boolean): string =>
  pieces
    .map((piece) => ('text' in piece ? piece.text : named ? `[attached image ${piece.image}]` : ''))
    .filter((text) => text !== '')
    .join('\n')

const block = (turn: Turn, named = true): string => `<${turn.role}>\n${textOf(turn, named)}\n</${turn.role}>`

/**
 * The one message that says to a chat page what the turns say to a model. A single user message goes as it is; instructions
 * before it go ahead of it; a longer conversation becomes a transcript that keeps every turn in its place.
 */
export const transcriptOf = (turns: readonly Turn[]): string => {
  const last = turns.at(-1)
  if (turns.length === 1 && last?.role === 'user') return textOf(last, false)
  const talk = turns.findIndex(({ role }) => role !== 'instructions')
  const head = turns.slice(0, talk < 0 ? turns.length : talk)
  const rest = talk < 0 ? [] : turns.slice(talk)
  const instructions = head.map((turn) => block(turn))
  if (rest.length === 1 && last?.role === 'user') return [...instructions, textOf(last, false)].join('\n\n')
  if (rest.length === 0) return head.map((turn) => textOf(turn, true)).join('\n\n')
  const task = 'Below is the conversation so far. Answer with the next message of the assistant, and with nothing else.'
  return [...instructions, task, ...rest.map((turn) => block(turn))].join('\n\n')
}
