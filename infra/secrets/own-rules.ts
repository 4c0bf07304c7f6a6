import type { Found } from './found.ts'
import { isOfLowerWords, isOfWords, isOwnToken, looksChosen, looksRandom } from './random-looking.ts'

/** What the library's rules do not find: values that only their name gives away, and a few formats. */
interface OwnRule {
  readonly kind: string
  /** Group `value` is the secret. */
  readonly pattern: RegExp
  readonly isSecret?: (value: string, name: string) => boolean
}

/** A reference to content by its hash is open to everybody who has the content; our own blobs' keys are such. */
const REFERENCE = /^sha\d{1,3}[/:=-]/i
/** Names of what is meant to be seen. */
const HARMLESS = /public|author|hash|sha\d|checksum|digest|fingerprint|cache|idempot|join|sort|primary|foreign|partition|(?:^|[_-])id$|Id$/i
/** Names of what says only where something is, or which; what is drawn by lot is in one long piece, whatever it is called. */
const POINTER =
  /(?:[_.-](?:name|ref|file|path|dir|url|host|endpoint|image|service|version|type)|[a-z](?:Name|Ref|File|Path|Dir|Url|Host|Endpoint|Image|Service|Version|Type))$/
const LONG_PIECE = /[^-_./:]{12}/
const isPointer = (value: string, name: string): boolean =>
  POINTER.test(name === name.toUpperCase() ? name.toLowerCase() : name) && !LONG_PIECE.test(value)
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
/** Names of what opens something, where a UUID may be the secret itself; elsewhere a key is that of a row, and names of these ends say whose. */
const OPENING =
  /token|secret|passw|passphrase|pwd|credential|auth|(?:api|access|private|signing|encryption|master|account|client|app|service|subscription|licen[cs]e)[_.-]?key/i
const IDENTIFYING = /(?:namespace|tenant|issuer|subject|audience|realm)$/i
const isIdentifier = (value: string, name: string): boolean => UUID.test(value) && (IDENTIFYING.test(name) || !OPENING.test(name))
/** What somebody thinks up as a password may well be of words. */
const PASSWORD = /passw|passphrase|pwd/i
const isName = (value: string, name: string): boolean => isPointer(value, name) || (!PASSWORD.test(name) && isOfLowerWords(value))
const byItsName = (value: string, name: string): boolean =>
  !HARMLESS.test(name) && !REFERENCE.test(value) && !isName(value, name) && !isIdentifier(value, name) && looksRandom(value)

/** Code names a value where a setting has one: a member of something, by words with dots between them. */
const MEMBER = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/
const bare = (value: string, name: string): boolean => !MEMBER.test(value) && !isOfWords(value) && byItsName(value, name)

/** A name is looked at from its beginning alone: from each of its parts would take a time that grows with the square. */
const FROM = String.raw`(?<![\w.-])(?<name>[\w.-]{0,100}?`
const NAME = String.raw`${FROM}(?:key|token|secret|passw(?:or)?d|credential|auth)[\w-]{0,40})`
/** Without quotes a value may be anything; `key` alone names too much of that. */
const TELLING_NAME = String.raw`${FROM}(?:token|secret|passw(?:or)?d|passphrase|credential|auth|(?:api|access|private|signing|encryption|master|account|client|app|service)[_.-]?key)[\w-]{0,40})`
const PASSWORD_NAME = `${FROM}(?:passw(?:or)?d|passphrase|pwd))`
const IS = String.raw`["'\`]?\]?\s{0,3}(?::|=>|:=|=)`
const LINE = String.raw`^[+\- \t]{0,100}`
const CHOSEN = String.raw`[\w!@#%^*?~+-]{8,64}`

const highEntropy = (pattern: string, isSecret: OwnRule['isSecret'] = byItsName): OwnRule => ({
  kind: 'high entropy value',
  pattern: new RegExp(pattern, 'gim'),
  isSecret,
})

const rules: readonly OwnRule[] = [
  highEntropy(String.raw`${NAME}${IS}\s{0,3}(?<quote>["'\`])(?<value>[^"'\`\s]{16,300})\k<quote>`),
  // YAML, properties, headers, addresses, `_authToken` of npm.
  highEntropy(String.raw`${TELLING_NAME}${IS}[ \t]{0,3}(?<value>[\w+/~!@#%^*?.-]{16,300}={0,2})(?=[\s"'\`,;&<\\]|$)`, bare),
  // Variables of a shell, of `.env` and of a Dockerfile.
  highEntropy(
    String.raw`${LINE}(?:(?:export|set|env|arg)[ \t]{1,9})?${NAME}=(?<value>[^\s"'\`#]{16,300})[ \t]{0,20}$`,
    (value, name) => name === name.toUpperCase() && byItsName(value, name),
  ),
  highEntropy(String.raw`${LINE}(?:env|arg)[ \t]{1,9}${NAME}[ \t]{1,9}(?<value>[^\s"'\`#]{16,300})[ \t]{0,20}$`),
  // XML as elements and as pairs.
  highEntropy(String.raw`<${NAME}>\s{0,20}(?<value>[^<>\s]{16,300})\s{0,20}</`),
  highEntropy(String.raw`\b(?:key|name)=["']${NAME}["']\s{1,20}value=["'](?<value>[^"'\s]{16,300})["']`),
  // A login of curl, and one of a `.netrc`.
  highEntropy(String.raw`[ \t](?:-u|--user)[ =]["']?[^\s:"']{1,80}:(?<value>[^\s"'\`]{16,300})`, looksRandom),
  highEntropy(
    String.raw`(?:${LINE}|\blogin[ \t]{1,9}\S{1,80}[ \t]{1,9})password[ \t]{1,9}(?<value>[^\s"'\`]{16,300})[ \t]{0,20}$`,
    looksRandom,
  ),
  {
    kind: 'password',
    pattern: new RegExp(String.raw`${PASSWORD_NAME}${IS}\s{0,3}(?<quote>["'\`])(?<value>${CHOSEN})\k<quote>`, 'gi'),
    isSecret: looksChosen,
  },
  {
    kind: 'password',
    pattern: new RegExp(String.raw`${LINE}${PASSWORD_NAME}[ \t]{0,3}[:=][ \t]{0,3}(?<value>${CHOSEN})[ \t]{0,20}$`, 'gim'),
    isSecret: looksChosen,
  },
  {
    kind: 'private key',
    pattern:
      /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?<value>(?:(?!-----)[A-Za-z0-9+/=:,\s\\.-]){40,20000})-----END [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----/g,
    isSecret: (value) => looksRandom(value.replace(/\\[nr]|[\s:-]/g, '')),
  },
  { kind: 'anthropic token', pattern: /\b(?<value>sk-ant-[a-z]{2,8}\d{2}-[\w-]{40,200})/g },
  { kind: 'openai token', pattern: /(?<![\w-])(?<value>sk-(?:proj|svcacct|admin)-[\w-]{40,250})/g, isSecret: looksRandom },
  { kind: 'google api key', pattern: /\b(?<value>AIza[\w-]{35})(?![\w-])/g },
  { kind: 'github token', pattern: /\b(?<value>github_pat_\w{40,250})/g, isSecret: looksRandom },
  { kind: 'pypi token', pattern: /\b(?<value>pypi-AgE[\w-]{50,400})/g },
  { kind: 'telegram token', pattern: /(?<![\w:])(?<value>\d{8,10}:AA[\w-]{33})(?![\w-])/g },
  {
    kind: 'json web token',
    pattern: /(?<![\w.-])(?<value>eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{16,1000})/g,
    isSecret: isOwnToken,
  },
  {
    kind: 'authorization header',
    pattern:
      /(?:\bauthorization["'`]?\s{0,3}[:=,]\s{0,3}[bfr]?["'`]?|["'`])(?:bearer|basic)\s{1,3}(?:["'`]\s{0,3}\+\s{0,3}["'`])?(?<value>[\w.+/=~-]{16,400})/gi,
    isSecret: looksRandom,
  },
]

/** Everything that these rules find in the text. Pure. */
export const findByOwnRules = (text: string): Found[] =>
  rules.flatMap(({ kind, pattern, isSecret }) =>
    [...text.matchAll(pattern)].flatMap(({ 0: whole, index, groups = {} }) => {
      const { value = '', name = '' } = groups
      if (isSecret && !isSecret(value, name)) return []
      const start = index + whole.lastIndexOf(value)
      return [{ start, end: start + value.length, kind, value }]
    }),
  )
