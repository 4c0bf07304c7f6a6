/**
 * Looks at a page again and again until a look shows all that is to be known, or the time is over: a page that is being built shows little
 * at first. Gives the last look, whichever it was. `pause` comes between two looks; what it throws ends the looking.
 */
export const lookUntilKnown = async <Look>(
  look: () => Promise<Look>,
  isKnown: (seen: Look) => boolean,
  { forMs, pause }: { readonly forMs: number; readonly pause: () => Promise<void> },
): Promise<Look> => {
  for (const end = Date.now() + forMs; ; await pause()) {
    const seen = await look()
    if (isKnown(seen) || Date.now() >= end) return seen
  }
}
