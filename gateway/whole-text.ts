interface Piece {
  readonly text: string
  readonly next?: number | undefined
}

/** A text that comes in pieces, as a whole, and the answer of its first piece; beyond `most` UTF-16 units it ends with a sentence that says so. Throws what `piece` throws. */
export const wholeText = async <Answer extends Piece>(
  piece: (offset: number) => Promise<Answer>,
  most = Number.POSITIVE_INFINITY,
): Promise<{ first: Answer; text: string }> => {
  const first = await piece(0)
  let { text, next } = first as Piece
  while (next !== undefined && text.length < most) {
    const more: Piece = await piece(next)
    text += more.text
    next = more.next
  }
  return {
    first,
    text: next === undefined ? text : `${text}\n[cut here: it is longer than ${most} characters; the command line shows all of it]`,
  }
}
