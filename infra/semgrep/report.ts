import path from 'node:path'
import type { LeftOutRule, ScanFinding, Unparsed } from '../../functions/verification/scan-ports.ts'
import { isObject, parseObject, textAt, valueAt } from '../agents/parsed-output.ts'
import type { ProcessResult } from '../processes/processes.ts'
import { ownRules } from './rules.ts'

/** Meanings of semgrep's exit codes beyond 0 (clean) and 1 (findings): the rules' or the machine's fault, never the code's. */
const exitCodes: Readonly<Record<number, string>> = {
  2: 'semgrep failed',
  3: 'a file to scan could not be parsed',
  4: 'a pattern in a rule is wrong',
  5: 'a rule file is no valid YAML',
  7: 'a rule is invalid',
  8: 'a rule names an unknown language',
  13: 'semgrep has no valid token',
}

type Ended = Pick<ProcessResult, 'exitCode' | 'stdout' | 'stderr'>

function severityOf(text: string | undefined): ScanFinding['severity'] {
  if (text === 'ERROR' || text === 'HIGH' || text === 'CRITICAL') return 'ERROR'
  return text === 'WARNING' || text === 'MEDIUM' ? 'WARNING' : 'INFO'
}

/** What semgrep puts in front of the id of a rule in this folder: its names, joined by dots. */
const prefixOf = (folder: string): string =>
  `${folder
    .split(/[/.\\]+/)
    .filter(Boolean)
    .join('.')}.`

function withoutFolders(id: string, folder: string): string {
  const prefix = prefixOf(folder)
  const plain = id.replace(/\.{2,}/g, '.')
  return plain.startsWith(prefix) ? plain.slice(prefix.length) : id
}

function readFinding(result: unknown, folder: string): ScanFinding {
  const [line, endLine] = [valueAt(result, 'start', 'line'), valueAt(result, 'end', 'line')]
  return {
    rule: withoutFolders(withoutFolders(textAt(result, 'check_id') ?? 'unknown', ownRules), folder),
    file: textAt(result, 'path') ?? '',
    line: typeof line === 'number' ? line : 0,
    ...(typeof endLine === 'number' && endLine !== line ? { endLine } : {}),
    message: (textAt(result, 'extra', 'message') ?? '').trim(),
    severity: severityOf(textAt(result, 'extra', 'severity')),
  }
}

const errorsOf = (report: unknown): unknown[] => {
  const errors = valueAt(report, 'errors')
  return Array.isArray(errors) ? errors : []
}

const wordsOf = (error: unknown): string =>
  (textAt(error, 'message') ?? textAt(error, 'long_msg') ?? textAt(error, 'type') ?? 'an error without words').trim().slice(0, 500)

const isAboutRule = (error: unknown): boolean =>
  /^(Rule parse error|Invalid YAML|InvalidRuleSchemaError)$/.test(textAt(error, 'type') ?? '')

/** What it says that is about no rule, such as a file that it could read in part only. */
export const complaintsOf = (stdout: string): string[] =>
  errorsOf(parseObject(stdout))
    .filter((error) => !isAboutRule(error))
    .map(wordsOf)

/** The files of which it could parse nothing: of one that was parsed in part it says so as a list, and finds things in the rest. */
export const unparsedIn = (stdout: string): Unparsed[] =>
  errorsOf(parseObject(stdout)).flatMap((error) => {
    const file = textAt(error, 'path')
    const isWhole = /^(?:Syntax error|Other syntax error|Lexical error|AST builder error)$/.test(textAt(error, 'type') ?? '')
    return file !== undefined && isWhole ? [{ file, reason: wordsOf(error) }] : []
  })

/** The rules, and files of rules, that it could not read, each with the file where that is named. */
export const leftOutBy = (stdout: string, folder: string): (LeftOutRule & { file?: string })[] =>
  errorsOf(parseObject(stdout))
    .filter(isAboutRule)
    .map((error) => {
      const [file, id] = [textAt(error, 'path'), textAt(error, 'rule_id')]
      const rule =
        id !== undefined ? withoutFolders(id, folder) : file === undefined ? 'unknown' : path.relative(folder, path.resolve(file))
      return { rule, reason: wordsOf(error).replaceAll(`${folder}/`, ''), ...(file === undefined ? {} : { file: path.resolve(file) }) }
    })

/** Whether rules that cannot be read are all that went wrong: the native front end goes on with the others, and mostly ends with 2. */
const isImpaired = (errors: readonly unknown[]): boolean =>
  errors.some(isAboutRule) && errors.every((error) => isAboutRule(error) || textAt(error, 'level') === 'warn')

/** What a finished scan says. Only exit codes 0 and 1 with readable JSON are a scan, and 2 where nothing but rules could not be read. @param folder where the base's rules lie */
export function readScan(run: Ended, folder: string): ScanFinding[] | string {
  const report = parseObject(run.stdout)
  const results = report && valueAt(report, 'results')
  const isScan = run.exitCode === 0 || run.exitCode === 1 || (run.exitCode === 2 && isImpaired(errorsOf(report)))
  if (isScan && Array.isArray(results)) return results.filter(isObject).map((result) => readFinding(result, folder))
  const said = errorsOf(report).map(wordsOf)[0] ?? run.stderr.trim().split('\n').slice(-3).join(' ').slice(-400)
  const meaning = run.exitCode === null ? 'semgrep was ended by a signal' : (exitCodes[run.exitCode] ?? 'semgrep gave no readable result')
  return `The scan with ${folder} failed (exit code ${run.exitCode}): ${meaning}${said ? `: ${said}` : ''}. Mend the rules or the installation; the change was not judged.`
}

/** The version that semgrep tells of itself. */
export const versionIn = (stdout: string): string => textAt(parseObject(stdout), 'version') ?? 'unknown'

/** Files that it could not parse, or only in part, with its words. */
export const impairedIn = (stdout: string): Map<string, string> =>
  new Map(
    errorsOf(parseObject(stdout)).flatMap((error) => {
      const file = textAt(error, 'path')
      return file === undefined || isAboutRule(error) ? [] : [[path.normalize(file), wordsOf(error)]]
    }),
  )

/** How long rules were held against files, without starting and parsing; undefined where it was not asked with `--time`. */
export const matchingSecondsIn = (stdout: string): number | undefined => {
  const targets = valueAt(parseObject(stdout), 'time', 'targets')
  if (!Array.isArray(targets)) return undefined
  const times = targets.flatMap((target) => valueAt(target, 'match_times'))
  return times.reduce<number>((sum, time) => sum + (typeof time === 'number' ? time : 0), 0)
}
