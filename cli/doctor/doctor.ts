import { agentFindings, allowFinding, sandboxFinding } from './agents.ts'
import type { DoctorFinding, DoctorInput } from './finding.ts'
import { chromiumFinding, diskFindings, gitFinding, natsFinding, nodeFinding, semgrepFinding } from './machine.ts'
import { configurationFinding, projectFindings, systemFinding } from './projects.ts'
import { reviewFinding } from './review.ts'
import { streamFindings } from './streams.ts'

export type { DoctorFinding, DoctorInput } from './finding.ts'

type Check = [name: string, check: (input: DoctorInput) => Promise<DoctorFinding | DoctorFinding[]> | DoctorFinding | DoctorFinding[]]

const ofAgents: Check[] = [
  ['agents', agentFindings],
  ['review', reviewFinding],
  ['allow', allowFinding],
]
const ofProjects: Check[] = [['projects', projectFindings]]

/**
 * Looks at everything Cortex needs here, and changes nothing. Never throws for what it finds: a check that breaks is a finding, too.
 * The order is the order to mend things in.
 */
export async function examine(input: DoctorInput): Promise<DoctorFinding[]> {
  const checks: Check[] = [
    ['Node', nodeFinding],
    ['git', gitFinding],
    ['nats-server', natsFinding],
    ['system', systemFinding],
    ['streams', streamFindings],
    ['configuration', configurationFinding],
    ...(input.faults ? [] : ofAgents),
    ['sandbox', sandboxFinding],
    ['semgrep', semgrepFinding],
    ['Chromium', chromiumFinding],
    ['disk', diskFindings],
    ...(input.faults ? [] : ofProjects),
  ]
  const found = await Promise.all(
    checks.map(async ([name, check]) => {
      try {
        return await check(input)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        return {
          name,
          ok: 'no' as const,
          found: `could not be checked: ${reason}`,
          advice: 'look at the reason and run cortex doctor again',
        }
      }
    }),
  )
  return found.flat()
}

/** A table for people: what is there, and below each line that is not well what to do. */
export function formatDoctor(findings: readonly DoctorFinding[]): string {
  const width = Math.max(0, ...findings.map(({ name }) => name.length))
  const lines = findings.flatMap(({ name, ok, found, advice }) => {
    const mark = { yes: 'ok      ', no: 'MISSING ', optional: 'optional' }[ok]
    const line = `${mark}  ${name.padEnd(width)}  ${found}`
    return advice === '' ? [line] : [line, `${' '.repeat(10)}${' '.repeat(width)}  -> ${advice}`]
  })
  const missing = findings.filter(({ ok }) => ok === 'no').map(({ name }) => name)
  const end = missing.length === 0 ? 'Everything that is needed is here.' : `To be mended first: ${missing.join(', ')}.`
  return `${[...lines, '', end].join('\n')}\n`
}
