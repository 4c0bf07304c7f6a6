/** Lines of one second that people are shown of a run. */
const PER_SECOND = 50
/** Characters of a line that are looked at for them; more than is shown, so that no secret is cut where it could no longer be found. */
const LOOKED_AT = 2000

/** A private key is many lines, of which each alone says nothing of what it is: from its first line to its last none is shown. */
const keyBegins = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/
const keyEnds = /-----END [A-Z0-9 ]*PRIVATE KEY/
/** The longest keys have some hundred lines; what never ends is none. */
const KEY_LINES = 300

/** Hands on the first lines of every second; of those after them, how many they were. `end` tells of the last ones. */
export const sampleLines = (onLine: (line: string) => void, now: () => number = () => performance.now()) => {
  let began = Number.NEGATIVE_INFINITY
  let [shown, leftOut, ofKey] = [0, 0, 0]
  const isOfKey = (line: string): boolean => {
    if (ofKey === 0 && !keyBegins.test(line)) return false
    ofKey = keyEnds.test(line) || ofKey >= KEY_LINES ? 0 : ofKey + 1
    return true
  }
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
      const isHidden = isOfKey(line)
      if (!isHidden) shown += 1
      if (isHidden || shown > PER_SECOND) leftOut += 1
      else onLine(line.slice(0, LOOKED_AT))
    },
    end: tellLeftOut,
  }
}
