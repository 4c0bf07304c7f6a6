import { z } from 'zod'

const Piece = z.object({ at: z.int().min(0), text: z.string() })

/**
 * Puts the pieces of an answer that is being written together again. Returns the whole so far, or undefined for a piece that
 * does not fit to what is there: live output may lose lines, and the answer itself comes as a fact. Pure but for its memory.
 */
export const assemblePartial = (): ((line: string) => string | undefined) => {
  let whole = ''
  return (line) => {
    const piece = readPiece(line)
    if (!piece || piece.at > whole.length) return undefined
    whole = whole.slice(0, piece.at) + piece.text
    return whole
  }
}

const readPiece = (line: string): z.output<typeof Piece> | undefined => {
  try {
    return Piece.safeParse(JSON.parse(line)).data
  } catch {
    return undefined // a line of another program's
  }
}
