/** Lines of one second that people are shown of a run. */
const PER_SECOND = 50
/** Characters of a line that are looked at for them; more than is shown, so that no secret is cut where it could no longer be found. */
const LOOKED_AT = 2000

/** Hands on the first lines of every second; of those after them, how many they were. `end` tells of the last ones. */
export const sampleLines = (onLine: (line: string) => void, now: () => number = () => performance.now()) => {
  let began = Number.NEGATIVE_INFINITY
  let [shown, leftOut] = [0, 0]
  const tellLeftOut = (): void => {
    if (leftOut > 0) onLine(`[... ${leftOut} more line${leftOut === 1 ? '' : 's'} ...]`)
    leftOut = 0
  }
  return {
    line: (line: string): void => {
      const at = now()
      if (at - began >= 1000) {
        tellLeftOut()
        ;[began, shown] = [at, 0]
      }
      shown += 1
      if (shown > PER_SECOND) leftOut += 1
      else onLine(line.slice(0, LOOKED_AT))
    },
    end: tellLeftOut,
  }
}
