import { availableParallelism } from 'node:os'
import { ConfigSchema } from '../../infra/config/config-schema.ts'
import { createRuleGate } from '../../infra/semgrep/rule-gate.ts'
import { cacheFolder } from '../../infra/setup/cache.mjs'
import { judgeCase, missOf, type RuleCase, ruleCases } from '../support/rule-cases.ts'
import { temporaryFolder } from '../support/temporary.ts'

interface Judged {
  readonly one: RuleCase
  readonly admitted: boolean
  readonly miss: string | undefined
}

/** Of a hundred good rules, so many may be refused; of bad ones none is let in. */
const MOST_REFUSED = 10

/** Holds the labelled rules before the gate, prints what came of each kind, and answers whether the goals are met. */
export async function rules(say: (line: string) => void): Promise<boolean> {
  const cases = await ruleCases()
  const waiting = cases.values()
  const judged: Judged[] = []
  await using folder = await temporaryFolder()
  const { semgrep: config } = ConfigSchema.parse({ projects: { bench: { path: '.' } } })
  const gate = createRuleGate({ config, cacheDir: cacheFolder(process.env), dataDir: folder.path, env: process.env })
  const work = async (): Promise<void> => {
    for (const one of waiting) {
      const verdict = await judgeCase(gate, one)
      judged.push({ one, admitted: verdict.admitted !== undefined, miss: missOf(one, verdict) })
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
  say(`${cases.length} labelled rules in ${((performance.now() - began) / 1000).toFixed(0)} s\n`)
  return summary(judged, say)
}

function summary(judged: readonly Judged[], say: (line: string) => void): boolean {
  const row = (kind: string, counts: readonly (string | number)[]): string =>
    `  ${kind.padEnd(26)}${counts.map((count) => String(count).padStart(9)).join('')}`
  say(row('kind', ['cases', 'let in', 'refused']))
  for (const kind of [...new Set(judged.map(({ one }) => one.kind))].sort()) {
    const same = judged.filter(({ one }) => one.kind === kind)
    const admitted = same.filter((each) => each.admitted).length
    say(row(kind, [same.length, admitted, same.length - admitted]))
  }
  const good = judged.filter(({ one }) => one.expect === 'admit')
  const badLetIn = judged.filter(({ one, admitted }) => one.expect === 'refuse' && admitted).length
  const goodRefused = good.filter(({ admitted }) => !admitted).length
  const share = (100 * goodRefused) / Math.max(1, good.length)
  say(`\n  bad let in: ${badLetIn} of ${judged.length - good.length} (goal 0)`)
  say(`  good refused: ${goodRefused} of ${good.length}, ${share.toFixed(0)} % (goal at most ${MOST_REFUSED} %)`)
  for (const { one, miss } of judged) if (miss) say(`  ${one.name} ${miss}`)
  return badLetIn === 0 && share <= MOST_REFUSED
}
