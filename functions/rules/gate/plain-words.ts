import type { RuleLanguage, RuleProposal } from '../rule-ports.ts'
import { partsOf, patternsOf } from './formula.ts'
import type { ReadRule } from './read-rule.ts'
import { type Token, tokensOf } from './tokens.ts'

/**
 * Ways of speaking to whoever reads a text, instead of about code. Texts are compared in small letters, without marks between words;
 * what must not be done is no order to do it.
 */
const instructing: readonly RegExp[] = [
  /(?<!\b(?:do not|don t|never|must not|should not) )\b(ignore|disregard|forget|override|bypass|overlook|skip|suppress|dismiss)\b.{0,40}\b(previous|prior|above|earlier|preceding|instructions?|guidelines|rules?|findings?|warnings?|polic(y|ies)|reviews?|reviewers?|prompts?|checks|scan|tests|everything)\b/,
  /\b(ignorier\w*|vergiss|missachte\w*|ignore[zr]|oubliez|ignora|olvida|dimentica)\b.{0,40}\b(anweisung\w*|vorherig\w*|bisherig\w*|regeln|instructions?|precedent\w*|consignes|instrucciones|anterior\w*|istruzioni|precedenti)\b/,
  /\b(you are|you re|you must now|you will now|from now on|act as|pretend|roleplay|as an ai|language model|jailbreak)\b/,
  /(^|[\n.!?;])\s*(system|assistant|developer|human|user|reviewer|agent)\s*:/,
  /\b(disregard|ignore) (the |what |all |any |whatever )?(foregoing|rest|following|stood|was said|is said)\b/,
  /\b(trust|believe|obey) (the|this|me|its) (author|file|change|person|comment|rule|message)\b|\ball is well\b|\buntil further notice\b/,
  /\b(standards?|requirements?|rules?|policies) (are|is|were|was) (relaxed|lifted|suspended|waived|off|void)\b/,
  /(?<!\b(?:do not|don t|never|must not|should not) )\b(add|put|write|copy|place|include|enter) (your|the|all) (\w+ )?(credentials|secrets?|keys?|tokens?|prompt|passwords?)\b/,
  /\b(next|first|last) step\s*:|\bstep \d+\s*:/,
  /\b(approuve[rz]?|approbation|aprueba|aprobar|genehmig\w*|approva|freigeben|akzeptier\w*|accepte[rz]|acepta|fusionne[rz]|fusiona)\b/,
  /\b(proceed|continue|carry on|go ahead|go on) (to|with|and) (merge|merging|approv\w*|deliver\w*|commit\w*|push\w*|deploy\w*)\b/,
  /\bend of (the |this |all )?(quot\w+|material|rules?|findings?|messages?|section|context|lessons?|text|document|data|input|block)\b/,
  /\b(decode|decrypt|base64|rot13|unhex)\b.{0,60}\b(do|run|follow|obey|execute)\b/,
  /\b(ssh|id rsa|netrc|npmrc|etc shadow)\b.{0,60}\b(log|into|print|output|send|show|include)\b/,
  /\b(system|developer|assistant|hidden|your|this) (prompt|message|instructions?)\b/,
  /\bnew (instructions?|task|rules|orders)\b|\binstructions? (for|to) (the )?(reader|reviewer|agent|model|assistant)\b/,
  /\b(approve|accept|pass|merge|whitelist|allow) (this|the|all|any|every) (\w+ )?(change|changes|pull request|pr|patch|diff|branch|attempt|plan|task|review|code)\b/,
  /\b(run|execute|invoke|call) (the following|this command|these commands|this tool|the tool|this script)\b/,
  /\b(disable|turn off|delete|remove) (all |the |this |these |every )(tests?|checks?|scans?|rules?|reviews?|findings?|sandbox)\b/,
  /\b(reply|respond|answer|output|print|say|write) (only|with|exactly)\b.{0,40}\b(approved?|pass(ed)?|yes|ok|lgtm|true|nothing)\b/,
  /(?<!\b(?:do not|don t|never|must not|should not) )\b(reveal|exfiltrate|leak|upload|post|send|paste|email)\b.{0,40}\b(secrets?|tokens?|keys?|passwords?|credentials|environment|env|prompt)\b.{0,40}\b(to|at|into|in|via)\b/,
  /\bno (verify|gpg sign)\b|\bnosem(grep)?\b|\beslint disable\b|\bnoqa\b/,
]

/** What a finding has no reason to say, and code may well. */
const deciding: readonly RegExp[] = [
  /\b(approved?|approval|approving|lgtm|verdict|reviewers?|assistant|chatbot|claude|gpt|copilot|gemini)\b/,
  /\b(change|findings?|review|scan|warnings?|patch) (was|were|is|are|has been|have been) (already )?(resolved|approved|accepted|dismissed|reviewed|audited|waived|passed|fine|safe|ok|intended)\b/,
  /\b(must|should|please|always) (be )?(approve|merge|accepted|waive|wave)\w*\b/,
  /\b(mark|treat|consider|regard|report) (this|it|the|all|any|them|everything)\b.{0,40}\b(as|resolved|passed|done|safe|clean|fixed)\b/,
  /\b(signed off|sign off|no action|nothing to do|carry on)\b/,
  /\b(maintainers?|owners?|operators?|security team|administrators?|humans?|a person|somebody|everybody|we) (\w+ ){0,2}(ha[sv]e|said|says?|agreed?|decided?|allow(s|ed)?|permit(s|ted)?|approved?|want(s|ed)?|asked?)\b/,
  /\b(do not|don t|never) (report|review|flag|mention) (it|this|the|any|these|such)\b/,
  /\b(false (alarm|positive)s?|already (reviewed|audited|fixed|checked)|known (issue|good)|not a (problem|bug|defect|finding))\b/,
]

const shellLine =
  /\b(curl|wget|sudo|chmod|chown|powershell|nc|ssh|scp|rm)\s+-{0,2}[\w./~]|\b(bash|sh|zsh|python3?|node|perl|ruby) -\w\b|\b(npm|npx|pip3?|yarn|pnpm|brew|apt|apt-get|cargo|go) (i|ci|install|run|add|publish|exec|get|uninstall)\b|\bgit (push|commit|reset|checkout|clone|config|rebase|merge)\b|\$\(|\|\s*(ba|z)?sh\b|>\s*\/(etc|dev|tmp)|;\s*rm\b/i
const address =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/|\bwww\.|\b(javascript|data|mailto|vbscript):|\b[\w-]+\.(com|org|net|example|ru|xyz|top)\b|\b\d{1,3}(\.\d{1,3}){3}\b/i
const markup =
  /<[a-zA-Z/!?]|&[a-z#]\w{1,8};|```|~~~|!?\[[^\]]*\]\s*[([]|^\s*(#{1,6}|>|[-*+]|\d+\.)\s|\*\*|__\w+__\s|\]\]>|\{\s*["'{]|\{%|<\||\[\/?(INST|SYS)/m

const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u3164/u

/** The same words however they are spelled: other widths, digits for letters, dots or dashes between words or letters. */
const spellings = (text: string): string[] => {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = plain.replace(/[^\p{L}\p{N}:]+/gu, ' ')
  const joined = words.replace(/\b(?:\p{L} ){4,}\p{L}\b/gu, (letters) => letters.replaceAll(' ', ''))
  const undigited = words.replace(/[013457]/g, (digit) => ({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' })[digit] ?? digit)
  const split = text
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}:]+/gu, ' ')
  return [plain, words, joined, undigited, split]
}

const says = (text: string, ways: readonly RegExp[]): string | undefined =>
  spellings(text)
    .flatMap((spelling) => ways.map((way) => way.exec(spelling)?.[0]))
    .find((found) => found !== undefined)
    ?.trim()
    .slice(0, 80)

/** The message as it is shown: one line, without the marks of code. Pure. */
export const cleanMessage = (message: string): string => message.replaceAll('`', '').replace(/\s+/g, ' ').trim()

/** What of a text that agents will read is no sentence about code. Pure. */
export function faultsOfMessage(message: string): string[] {
  const clean = cleanMessage(message)
  const found: (string | undefined | false)[] = [
    (clean.length < 10 || clean.length > 300) && `it has ${clean.length} characters, and a sentence or two have 10 to 300`,
    clean.split(/[.!?](?:\s|$)/).filter(Boolean).length > 3 && 'it has more than three sentences',
    unseen.test(clean) && 'it has signs that cannot be seen',
    /[^\x20-\x7e–—‘’“”…→≤≥×äöüßéèáà]/.test(clean) && 'it has letters beyond the Latin ones',
    /(?<![\p{L}\p{N}])(?:\p{L}[\s.·_-]+){4,}\p{L}(?![\p{L}\p{N}])/u.test(clean) && 'it has letters that are set apart',
    /\S{60,}|[0-9a-f]{24,}|(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[A-Za-z0-9+/=]{16,}/.test(clean) && 'it has a word that nobody can read',
    markup.test(message.replace(/`[^`\n]*`/g, 'code')) && 'it has markup',
    address.test(clean) && 'it has an address',
    shellLine.test(clean) && 'it has a command line',
  ]
  const speech = says(message, [...instructing, ...deciding])
  return [...found.filter((one) => typeof one === 'string'), ...(speech ? [`it speaks to its reader: "${speech}"`] : [])]
}

/** What people could read in code: comments, texts and long names. */
function readable(code: string, language: RuleLanguage): string[] {
  const tokens = tokensOf(code, language)
  const of = (kind: Token['kind']): string[] => tokens.filter((token) => token.kind === kind).map(({ text }) => text)
  return [of('comment').join(' '), ...of('string'), ...of('name').filter((name) => name.length >= 12)]
}

/** What of texts that are stored beside the message instructs their reader. Pure. */
function faultsOfTexts(name: string, texts: readonly string[], ways: readonly RegExp[]): string[] {
  const speech = texts.map((text) => says(text, ways)).find((found) => found !== undefined)
  return speech ? [`${name} speaks to its reader: "${speech}"`] : []
}

/** Everything of a proposal that speaks to its reader. Pure. */
export function faultsOfWords({ rule: text, bad, good, language }: RuleProposal, rule: ReadRule | undefined): string[] {
  const everywhere = [...instructing, ...deciding]
  const regexes = rule ? partsOf(rule.formula).flatMap((part) => ('regex' in part ? [part.regex] : [])) : []
  const patterns = rule ? patternsOf(rule.formula) : []
  return [
    ...(rule ? faultsOfMessage(rule.message).map((fault) => `the message: ${fault}`) : []),
    ...(rule ? faultsOfTexts('the id', [rule.id], everywhere) : []),
    ...(rule?.metadata === undefined ? [] : faultsOfTexts('the metadata', [JSON.stringify(rule.metadata)], everywhere)),
    ...faultsOfTexts(
      'the rule',
      [...readable(text, 'python'), ...regexes, ...patterns.flatMap((pattern) => readable(pattern, language))],
      instructing,
    ),
    ...faultsOfTexts('the bad example', readable(bad, language), instructing),
    ...faultsOfTexts('the good example', readable(good, language), instructing),
    ...(unseen.test(`${text}${bad}${good}`.replace(/[\t\n\r]/g, ' ')) ? ['it has signs that cannot be seen'] : []),
  ]
}
