/** Whether a criterion would be true of every change, whatever it does: nothing could be checked by it. Pure. */
export const saysNothing = (criterion: string): boolean => {
  const words = criterion
    .replace(/[^\p{L}\p{N}'’ -]+/gu, ' ')
    .trim()
    .replace(/\s+/g, ' ')
  const isLatin = /^[\p{Script=Latin}\p{Script=Common}]*$/u.test(words)
  if ([...words].length < (isLatin ? 6 : 3) || !/[\p{L}\p{N}]/u.test(words)) return true
  return isOneThing(words) || (words.length <= LONGEST && EMPTY.some((sentence) => sentence.test(words)))
}

/** What is longer says something, and is not searched. */
const LONGEST = 200

/** One sign or one word, again and again. */
const isOneThing = (words: string): boolean => {
  const said = words.toLowerCase().split(/[ -]+/)
  return new Set(said.join('')).size === 1 || (said.length > 1 && new Set(said).size === 1)
}

const WHO = 'it|this|that|all|everything|(?:(?:the|all) )?(?:code|features?|changes?|fix|task|plan|implementation|functions?|app|program)'
const GOOD = 'working|done|completed?|finished|implemented|ok|okay|good|fine|correct|ready|made|fixed|successful'
const IS = 'is|are|was|has been|(?:must|should) be'
const AS_SAID = '(?:expected|intended|planned|described|required|requested|asked|specified|wanted)'
const HOW = `correctly|properly|well|fine|as (?:it should|${AS_SAID})|without (?:errors|problems|issues|bugs)`
const TEXT = '(?:the |its |this )?(?:task|plan|issue|ticket|summary|description|steps|above|below)'
const WANTED = '(?:all )?(?:of )?(?:(?:the|its) )?(?:acceptance )?(?:requirements?|criteria|specifications?)'

/** The same words in German. */
const THEY =
  'es|alles|(?:(?:der|die|das|alle) )?(?:code|programm|funktion(?:en)?|änderung(?:en)?|aufgabe|umsetzung|implementierung|anwendung|feature)'
const PRAISE = 'erledigt|fertig|umgesetzt|implementiert|korrekt|richtig|gut|ok|okay|in ordnung|abgeschlossen|vollständig|gemacht'
const MANNER =
  'korrekt|richtig|gut|einwandfrei|fehlerfrei|ohne (?:fehler|probleme)|wie (?:gewünscht|erwartet|beschrieben|geplant|gefordert|verlangt|besprochen)'
const WORKS = 'funktionier(?:t|en)|läuft|laufen|klappt|geht'

/** Sentences that are true of every change. */
const EMPTY = [
  `(?:(?:${WHO}) )?(?:(?:${IS}) )?(?:(?:${GOOD})(?: and (?:${GOOD}))*|(?:must |should |will |does )?(?:works?|functions?|behaves?))(?: (?:${HOW}))?`,
  '(?:(?:to ?do|tbd|fixme|xxx|foo|bar|placeholder|criterion|lorem|ipsum)(?: |\\d|$)+)+',
  'n[ /]?a|none|nothing|to be (?:done|defined)|no (?:bugs|errors|problems|issues)',
  `(?:(?:${WHO}) )?(?:(?:${IS}) )?(?:(?:${GOOD}) )?as (?:${AS_SAID}|stated|said)(?: (?:in|by) ${TEXT})?`,
  `see ${TEXT}`,
  `${WANTED} (?:${IS}) (?:met|fulfilled|satisfied|implemented)`,
  `(?:(?:${WHO}) )?(?:meets?|fulfill?s?|satisf(?:y|ies)) ${WANTED}`,
  `(?:(?:${WHO}) )?(?:does|do) what (?:${TEXT} (?:says|asks|wants|describes|requires)|it should|(?:is|was) ${AS_SAID})`,
  `(?:(?:${THEY}) )?(?:(?:ist|sind|wird|wurden?) )?(?:(?:${PRAISE})(?: und (?:${PRAISE}|${WORKS}))*|(?:${WORKS})(?: (?:${MANNER}))?|(?:${MANNER})(?: (?:${PRAISE}))?)`,
  'siehe (?:(?:die|den|das) )?(?:oben|unten|zusammenfassung|plan|aufgabe|beschreibung|schritte|ticket)',
  '(?:(?:die|alle) )?(?:anforderungen|kriterien) (?:sind|werden|wurden) (?:erfüllt|umgesetzt)',
  `(?:(?:${THEY}) )?(?:tut|macht) was (?:sie|es|(?:die aufgabe|der plan) (?:sagt|verlangt|will)|(?:verlangt|gewünscht) (?:ist|war|wurde))(?: soll)?`,
  'keine (?:fehler|probleme)|nichts',
].map((sentence) => new RegExp(`^(?:${sentence})$`, 'i'))
