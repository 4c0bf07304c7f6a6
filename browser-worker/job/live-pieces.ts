/** A part of the answer that is still being written: where it begins in the whole, and the text. */
export interface LivePiece {
  readonly at: number
  readonly text: string
}

/** Longest text of a piece in characters, so that its JSON fits into a live line of 4,000. */
const LONGEST = 1800

/** Cuts what is new of a growing text into pieces. A text that does not continue the one before begins again at 0. */
export const livePieces = (): ((whole: string) => LivePiece[]) => {
  let told = ''
  return (whole) => {
    let at = whole.startsWith(told) ? told.length : 0
    told = whole
    const pieces: LivePiece[] = []
    for (; at < whole.length; at += LONGEST) pieces.push({ at, text: whole.slice(at, at + LONGEST) })
    return pieces
  }
}
