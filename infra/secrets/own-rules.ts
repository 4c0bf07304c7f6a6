import type { Found } from './found.ts'
import { looksRandom } from './random-looking.ts'

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
const byItsName = (value: string, name: string): boolean => !HARMLESS.test(name) && !REFERENCE.test(value) && looksRandom(value)

const NAME = String.raw`(?<name>[\w.-]{0,60}?(?:key|token|secret|passw(?:or)?d|credential|auth)[\w-]{0,40})`
const rules: readonly OwnRule[] = [
  {
    kind: 'high entropy value',
    pattern: new RegExp(
      String.raw`\b${NAME}["'\`]?\]?\s{0,3}(?::|=>|:=|=)\s{0,3}(?<quote>["'\`])(?<value>[^"'\`\s]{16,300})\k<quote>`,
      'gi',
    ),
    isSecret: byItsName,
  },
  {
    kind: 'high entropy value',
    pattern:
      /^[+ \t]{0,100}(?:export[ \t]{1,9})?(?<name>[A-Z0-9_]{0,60}?(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|AUTH)[A-Z0-9_]{0,40})=(?<value>[^\s"'`#]{16,300})[ \t]{0,20}$/gm,
    isSecret: byItsName,
  },
  {
    kind: 'private key',
    pattern:
      /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?<value>(?:(?!-----)[A-Za-z0-9+/=:,\s\\.-]){40,20000})-----END [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----/g,
    isSecret: (value) => looksRandom(value.replace(/\\[nr]|[\s:-]/g, '')),
  },
  { kind: 'anthropic token', pattern: /\b(?<value>sk-ant-[a-z]{2,8}\d{2}-[\w-]{40,200})/g },
  { kind: 'google api key', pattern: /\b(?<value>AIza[\w-]{35})(?![\w-])/g },
  {
    kind: 'authorization header',
    pattern: /\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic)\s{1,3}(?<value>[\w.+/=~-]{16,400})/gi,
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
