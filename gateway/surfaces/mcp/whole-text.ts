interface Piece {
  readonly text: string
  readonly next?: number | undefined
}

/** UTF-16 units that a resource may have; what is longer ends with a sentence that says so. */
const MOST = 2_000_000

/** A text that comes in pieces, as a whole, and the answer of its first piece. Throws what `piece` throws. */
export const wholeText = async <Answer extends Piece>(
  piece: (offset: number) => Promise<Answer>,
): Promise<{ first: Answer; text: string }> => {
  const first = await piece(0)
  let { text, next } = first as Piece
  while (next !== undefined && text.length < MOST) {
    const more: Piece = await piece(next)
    text += more.text
    next = more.next
  }
  return {
    first,
    text: next === undefined ? text : `${text}\n[cut here: it is longer than ${MOST} characters; the command line shows all of it]`,
  }
}
