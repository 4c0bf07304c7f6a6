/** Words that only a made-up value has in it. */
const DUMMY =
  /test|exampl|dummy|fake|sampl|placeholder|change.?me|your|x{4}|\.{3}|0{6}|1234|abcd|secret|passw|token|redacted|masked|[<>${}[\]()\s]/i
const SHORTEST = 16
const LEAST_ENTROPY = 3.2
/** The share of neighbours of another kind (lower case, upper case, digit): words in camel case stay below it. */
const LEAST_CHANGES = 0.35

/** Shannon entropy in bits for each character. Pure. */
const entropyOf = (text: string): number => {
  const counts = new Map<string, number>()
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}

const kindOf = (sign: string): string => (/[a-z]/.test(sign) ? 'lower' : /[A-Z]/.test(sign) ? 'upper' : /\d/.test(sign) ? 'digit' : 'other')

/** Whether a value looks drawn by lot and not written by somebody: no word in it, many different signs, and they change their kind often. Pure. */
export const looksRandom = (value: string): boolean => {
  if (value.length < SHORTEST || DUMMY.test(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false
  const kinds = [...value].map(kindOf)
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length
  return entropyOf(value) >= LEAST_ENTROPY && changes / (kinds.length - 1) >= LEAST_CHANGES
}

/** Whether a value with capitals is mostly words, as names of types are (`S3HttpAuthSchemeProvider`). Pure. */
export const isOfWords = (value: string): boolean =>
  /[A-Z]/.test(value) && 2 * (value.match(/[a-z]{3,}/g) ?? []).join('').length > value.length

/** Whether a value in lower case is of words and numbers, as names of things and places are (`redis-7-prod-eu1`, `vault.k8s/v2`). Pure. */
export const isOfLowerWords = (value: string): boolean =>
  value.split(/[-_./:]/).every((piece) => /^(?:[a-z]*\d{0,4}|[a-z]\d{1,2}[a-z])$/.test(piece))

/** What is typed where no password is kept. */
const NO_PASSWORD = /p.ssw.rd/i

/** Whether a password looks chosen to be used: letters, a digit and a sign, and no word in it that stands for another. Pure. */
export const looksChosen = (value: string): boolean =>
  /[a-z]/.test(value) && /\d/.test(value) && /[!@#%^*?~+]/.test(value) && !DUMMY.test(value) && !NO_PASSWORD.test(value)

/** Whether a JSON web token is somebody's: it can be read, and speaks of nobody whom explanations speak of. Pure. */
export const isOwnToken = (token: string): boolean => {
  const [head = '', body = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  return /"alg"/.test(head) && !/1234567890|john doe|jane doe|example|dummy|:\s*"(?:test|fake|sample)/i.test(body)
}
