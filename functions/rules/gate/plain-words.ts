import type { RuleProposal } from '../rule-ports.ts'
import type { ReadRule } from './read-rule.ts'

/** Ways of speaking to whoever reads a text, instead of about code. Texts are compared in small letters, without marks between words. */
const instructing: readonly RegExp[] = [
  /\b(ignore|disregard|forget|override|bypass|overlook|skip|suppress|dismiss)\b.{0,40}\b(previous|prior|above|earlier|preceding|instructions?|guidelines|rules?|findings?|warnings?|polic(y|ies)|reviews?|reviewers?|prompts?|checks|scan|tests|everything)\b/,
  /\b(ignorier\w*|vergiss|missachte\w*|ignore[zr]|oubliez|ignora|olvida|dimentica)\b.{0,40}\b(anweisung\w*|vorherig\w*|bisherig\w*|regeln|instructions?|precedent\w*|consignes|instrucciones|anterior\w*|istruzioni|precedenti)\b/,
  /\b(you are|you re|you must now|you will now|from now on|act as|pretend|roleplay|as an ai|language model|jailbreak)\b/,
  /(^|\n)\s*(system|assistant|developer|human|user)\s*:/,
  /\b(system|developer|assistant|hidden|your|this) (prompt|message|instructions?)\b/,
  /\bnew (instructions?|task|rules|orders)\b|\binstructions? (for|to) (the )?(reader|reviewer|agent|model|assistant)\b/,
  /\b(approve|accept|pass|merge|whitelist|allow) (this|the|all|any|every) (\w+ )?(change|changes|pull request|pr|patch|diff|branch|attempt|plan|task|review|code)\b/,
  /\b(run|execute|invoke|call) (the following|this command|these commands|this tool|the tool|this script)\b/,
  /\b(disable|turn off|delete|remove) (all |the |this |these |every )(tests?|checks?|scans?|rules?|reviews?|findings?|sandbox)\b/,
  /\b(reply|respond|answer|output|print|say|write) (only|with|exactly)\b.{0,40}\b(approved?|pass(ed)?|yes|ok|lgtm|true|nothing)\b/,
  /\b(reveal|exfiltrate|leak|upload|post|send|paste|email)\b.{0,40}\b(secrets?|tokens?|keys?|passwords?|credentials|environment|env|prompt)\b.{0,40}\b(to|at|into|in|via)\b/,
  /\bno (verify|gpg sign)\b|\bnosem(grep)?\b|\beslint disable\b|\bnoqa\b/,
]

/** What a finding has no reason to say, and code may well. */
const deciding: readonly RegExp[] = [
  /\b(approved?|approval|approving|lgtm|verdict|reviewers?|assistant|chatbot|claude|gpt|copilot|gemini)\b/,
  /\b(must|should|please|always) (be )?(approve|accept|merge|pass|ignore|skip)\w*\b/,
  /\b(mark|treat|consider|regard|report) (this|it|the|all|any|them|everything)\b.{0,40}\b(as|resolved|passed|done|safe|clean|fixed)\b/,
  /\b(do not|don t|never) (report|review|flag|mention|tell|scan|test|block|reject)\b/,
  /\b(false (alarm|positive)s?|already (reviewed|audited|fixed|checked)|known (issue|good)|not a (problem|bug|defect|finding))\b/,
]

const shellLine =
  /\b(curl|wget|sudo|chmod|chown|powershell|nc|ssh|scp|rm)\s+-{0,2}[\w./~]|\b(bash|sh|zsh|python3?|node|perl|ruby) -\w\b|\b(npm|npx|pip3?|yarn|pnpm|brew|apt|apt-get|cargo|go) (i|ci|install|run|add|publish|exec|get|uninstall)\b|\bgit (push|commit|reset|checkout|clone|config|rebase|merge)\b|\$\(|\|\s*(ba|z)?sh\b|>\s*\/(etc|dev|tmp)|;\s*rm\b/i
const address =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/|\bwww\.|\b(javascript|data|mailto|vbscript):|\b[\w-]+\.(com|org|net|example|ru|xyz|top)\b|\b\d{1,3}(\.\d{1,3}){3}\b/i
const markup =
  /<[a-zA-Z/!?]|&[a-z#]\w{1,8};|```|~~~|!?\[[^\]]*\]\s*[([]|^\s*(#{1,6}|>|[-*+]|\d+\.)\s|\*\*|__\w+__\s|\]\]>|\{\{|\{%|<\||\[\/?(INST|SYS)/m

const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u3164/u

/** The same words however they are spelled: other widths, digits for letters, dots or dashes between words or letters. */
const spellings = (text: string): string[] => {
  const plain = text.normalize('NFKC').toLowerCase()
  const words = plain.replace(/[^\p{L}\p{N}\n:]+/gu, ' ')
  const joined = words.replace(/\b(?:\p{L} ){4,}\p{L}\b/gu, (letters) => letters.replaceAll(' ', ''))
  const undigited = words.replace(/[013457]/g, (digit) => ({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' })[digit] ?? digit)
  const split = text
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\n:]+/gu, ' ')
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
    /\S{60,}/.test(clean) && 'it has a word that nobody can read',
    markup.test(message.replace(/`[^`\n]*`/g, 'code')) && 'it has markup',
    address.test(clean) && 'it has an address',
    shellLine.test(clean) && 'it has a command line',
  ]
  const speech = says(clean, [...instructing, ...deciding])
  return [...found.filter((one) => typeof one === 'string'), ...(speech ? [`it speaks to its reader: "${speech}"`] : [])]
}

/** What of a text that is stored beside the message instructs its reader. Pure. */
function faultsOfText(name: string, text: string, ways: readonly RegExp[]): string[] {
  const speech = says(text, ways)
  return [
    ...(unseen.test(text.replace(/[\t\n\r]/g, ' ')) ? [`${name} has signs that cannot be seen`] : []),
    ...(speech ? [`${name} speaks to its reader: "${speech}"`] : []),
  ]
}

/** Everything of a proposal that speaks to its reader. Pure. */
export const faultsOfWords = ({ rule: text, bad, good }: RuleProposal, rule: ReadRule | undefined): string[] => [
  ...(rule ? faultsOfMessage(rule.message).map((fault) => `the message: ${fault}`) : []),
  ...(rule ? faultsOfText('the id', rule.id, [...instructing, ...deciding]) : []),
  ...(rule?.metadata === undefined ? [] : faultsOfText('the metadata', JSON.stringify(rule.metadata), [...instructing, ...deciding])),
  ...faultsOfText('the rule', text, instructing),
  ...faultsOfText('the bad example', bad, instructing),
  ...faultsOfText('the good example', good, instructing),
]
