import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { AdmittedRule, RuleGate, RuleLanguage, RuleVerdict } from '../../functions/rules/rule-ports.ts'
import { temporaryFolder } from './temporary.ts'

/** A labelled rule: a folder below `test/rules/cases`, which is all that adding one takes. */
export interface RuleCase {
  readonly name: string
  readonly folder: string
  readonly language: RuleLanguage
  readonly expect: 'admit' | 'refuse'
  /** What is wrong with it, or `good`. */
  readonly kind: string
  /** The check that must refuse it. */
  readonly by?: string
}

const casesFolder = path.resolve(import.meta.dirname, '../rules/cases')

/** All labelled rules, by name. */
export async function ruleCases(from = casesFolder): Promise<RuleCase[]> {
  const names = (await readdir(from)).sort()
  return Promise.all(
    names.map(async (name) => {
      const folder = path.join(from, name)
      return { ...(JSON.parse(await readFile(path.join(folder, 'case.json'), 'utf8')) as RuleCase), name, folder }
    }),
  )
}

const example = async (folder: string, name: string): Promise<string> => {
  const file = (await readdir(folder)).find((one) => one.startsWith(`${name}.`))
  return readFile(path.join(folder, file ?? name), 'utf8')
}

const proposalIn = async (folder: string, language: RuleLanguage) => ({
  language,
  rule: await readFile(path.join(folder, 'rule.yaml'), 'utf8'),
  bad: await example(folder, 'bad'),
  good: await example(folder, 'good'),
})

const rulesInForce = async ({ folder, language }: RuleCase): Promise<AdmittedRule[]> => {
  const ids = await readdir(path.join(folder, 'inForce')).catch(() => []) // most cases are alone
  return Promise.all(ids.map(async (id) => ({ id, ...(await proposalIn(path.join(folder, 'inForce', id), language)) })))
}

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))

/** What the gate says of a case, held against copies of its folders. Its base is what was delivered where it has none. */
export async function judgeCase(gate: RuleGate, one: RuleCase, signal = new AbortController().signal): Promise<RuleVerdict> {
  await using ground = await temporaryFolder()
  const at = (name: string): string => path.join(ground.path, name)
  const hasBase = (await readdir(one.folder)).includes('base')
  for (const name of ['taught', 'mended', 'base']) {
    await mkdir(at(name))
    await cp(path.join(one.folder, name === 'base' && !hasBase ? 'mended' : name), at(name), { recursive: true })
  }
  const changed = [...new Set([...(await filesBelow(at('taught'))), ...(await filesBelow(at('mended')))])].sort()
  const proposal = await proposalIn(one.folder, one.language)
  const places = { taught: at('taught'), mended: at('mended'), base: at('base'), changed }
  return await gate.judge({ id: `chum-${one.name}`, proposal, ground: places, inForce: await rulesInForce(one), signal })
}

/** Checks that refused. */
export const refusedBy = ({ checks }: RuleVerdict): string[] => checks.filter(({ passed }) => !passed).map(({ check }) => check)

/** What is wrong with a verdict about a case; undefined where it is as it should be. */
export function missOf({ expect, by }: RuleCase, verdict: RuleVerdict): string | undefined {
  const refused = refusedBy(verdict)
  const told = verdict.checks.filter(({ passed }) => !passed).map(({ check, evidence }) => `${check}: ${evidence}`)
  if (expect === 'admit') return verdict.admitted ? undefined : `was refused: ${told.join(' | ')}`
  if (verdict.admitted) return `was let in${by ? `; ${by} should refuse it` : ''}`
  return by !== undefined && !refused.includes(by) ? `was not refused by ${by}, but: ${told.join(' | ')}` : undefined
}
