import type { RuleCheck } from '../rule-ports.ts'
import { CANDIDATE, type Part, READING, type Scene, type SceneFile } from './scene.ts'

/** What a scan of a scene showed. */
export interface Sightings {
  readonly hits: readonly { readonly rule: string; readonly file: string; readonly line: number }[]
  /** Rules that semgrep could not read, with its words. */
  readonly unread: ReadonlyMap<string, string>
  /** Files that it could not read, or only in part. */
  readonly unparsed: ReadonlyMap<string, string>
}

/** What the scan of today's base showed; a text where it could not be done because of the rule. */
export type BaseSightings = { readonly hits: readonly { file: string; line: number }[]; readonly seconds: number } | string

const MOST_BASE_HITS = 20
const MOST_SECONDS = 2

const say = (check: string, passed: boolean, evidence: string): RuleCheck => ({ check, passed, evidence })

/** What every scan of examples and of the change shows about a rule. Pure. */
export function judgeSightings(scene: Scene, seen: Sightings): RuleCheck[] {
  const unread = seen.unread.get(CANDIDATE)
  if (unread !== undefined) return [say('is-read', false, `semgrep cannot read it: ${unread}`)]
  const part = (name: Part): SceneFile[] => scene.files.filter((file) => file.part === name)
  const hitsOf = (rule: string, files: readonly SceneFile[]): { file: SceneFile; line: number }[] =>
    files.flatMap((file) => seen.hits.filter((hit) => hit.rule === rule && hit.file === file.path).map(({ line }) => ({ file, line })))
  const mustHit = (check: string, name: Part, what: string): RuleCheck => {
    const [hit] = hitsOf(CANDIDATE, part(name))
    const broken = part(name).find(({ path }) => seen.unparsed.has(path))
    const why = broken ? `semgrep cannot read all of it: ${seen.unparsed.get(broken.path)}` : ''
    if (hit && !(broken && name === 'bad')) return say(check, true, `it hits ${what}: ${placeOf(hit)}`)
    return say(check, false, hit ? `${what}: ${why}` : `it does not hit ${what}${why ? `; ${why}` : ''}`)
  }
  const mustMiss = (check: string, name: Part, what: string): RuleCheck => {
    const [hit] = hitsOf(CANDIDATE, part(name))
    if (hit) return say(check, false, `it hits ${what}: ${placeOf(hit)}`)
    const broken = part(name).find(({ path }) => seen.unparsed.has(path))
    // Where a large file is read in part the rest of it still tells; of an example nothing may be left out.
    if (broken && name === 'good') return say(check, false, `semgrep cannot read ${what}: ${seen.unparsed.get(broken.path)}`)
    return say(check, true, `it misses ${what}`)
  }
  return [
    say('is-read', true, 'semgrep reads it'),
    mustHit('hits-bad', 'bad', 'its bad example'),
    mustMiss('misses-good', 'good', 'its good example'),
    mustHit('hits-taught', 'taught', 'the code that taught it, in the files that the task changed'),
    mustMiss('misses-mended', 'mended', 'the mended code, in the files that the task changed'),
    mustHit('general', 'renamed', 'a copy of its bad example in which all that it declares has another name'),
    noDuplicate(scene, (rule) => hitsOf(rule, part('bad')).length > 0),
    noContradiction(scene, (rule, name) => hitsOf(rule, part(name)), standing(scene, seen)),
  ]
}

const placeOf = ({ file, line }: { file: SceneFile; line: number }): string =>
  file.part === 'taught' || file.part === 'mended' ? `${file.of}:${line}` : `line ${line}`

const othersOf = ({ rules }: Scene): [string, string][] => [...rules].filter(([id]) => id !== CANDIDATE).map(([id, { of }]) => [id, of])

function noDuplicate(scene: Scene, hitsBad: (rule: string) => boolean): RuleCheck {
  const others = othersOf(scene).filter(([id]) => hitsBad(id))
  const names = others.map(([, of]) => of).join(', ')
  return say('no-duplicate', names === '', names ? `its bad example is already hit by ${names}` : 'no rule in force hits its bad example')
}

/** Rules that stand whatever is proposed, and that hit the good example. */
const standing = ({ rules, files }: Scene, { hits }: Sightings): string[] =>
  hits
    .filter(({ rule, file }) => rule !== READING && !rules.has(rule) && files.find(({ path }) => path === file)?.part === 'good')
    .map(({ rule }) => `${rule} of Cortex hits its good example`)

function noContradiction(scene: Scene, hits: (rule: string, part: Part) => { file: SceneFile }[], others: readonly string[]): RuleCheck {
  const theirs = hits(CANDIDATE, "another's good").map(({ file }) => `it hits what ${file.of} calls good`)
  const ours = othersOf(scene)
    .filter(([id]) => hits(id, 'good').length > 0)
    .map(([, of]) => `${of} hits its good example`)
  const found = [...new Set([...theirs, ...ours, ...others])].join('; ')
  return say('no-contradiction', found === '', found || "it hits no other rule's good example, and none hits its own")
}

/** What the scan of today's base shows about a rule. Pure. */
export function judgeBaseHits(base: BaseSightings): RuleCheck[] {
  if (typeof base === 'string') return [say('clean-base', true, 'nothing is known of the base'), say('quick', false, base)]
  const { hits, seconds } = base
  const where = hits
    .slice(0, 5)
    .map(({ file, line }) => `${file}:${line}`)
    .join(', ')
  const evidence =
    hits.length === 0
      ? "it hits nothing of today's base"
      : `it hits today's base ${hits.length} times: ${where}${hits.length > MOST_BASE_HITS ? `; more than ${MOST_BASE_HITS} say that it hits what is meant` : ', and stays a warning'}`
  return [
    say('clean-base', hits.length <= MOST_BASE_HITS, evidence),
    say(
      'quick',
      seconds <= MOST_SECONDS,
      `it was held against today's base for ${seconds.toFixed(3)} s, of ${MOST_SECONDS} s that it may take`,
    ),
  ]
}
