import type { Finding } from '../../domain/catalogue/shared.ts'
import type { addedLines } from './added-lines.ts'
import type { ScanFinding } from './scan-ports.ts'

/**
 * Only errors in files that this task changed block it; what was there before is a warning. Cortex's own and learned rules are about the
 * lines that it adds, and say nothing of others; `found` says how often each learned one found something there. Pure.
 */
export const sort = (
  all: readonly ScanFinding[],
  changed: readonly string[],
  added: ReturnType<typeof addedLines>,
): { blocking: Finding[]; warnings: Finding[]; found: ReadonlyMap<string, number> } => {
  const isAdded = ({ file, line, endLine = line }: ScanFinding): boolean =>
    [...(added.get(file) ?? [])].some((row) => row >= line && row <= endLine)
  const findings = all.filter((finding) => !(finding.own || finding.learned) || isAdded(finding))
  const isBlocking = (finding: ScanFinding): boolean => finding.severity === 'ERROR' && changed.includes(finding.file)
  const toFinding = ({ rule, file, line, message }: ScanFinding): Finding => ({
    from: 'scan',
    file,
    line,
    problem: `${rule}: ${message}`.slice(0, 1000),
  })
  const found = new Map<string, number>()
  for (const { learned } of findings) if (learned) found.set(learned, (found.get(learned) ?? 0) + 1)
  return {
    found,
    blocking: findings.filter(isBlocking).map(toFinding).slice(0, 30),
    warnings: findings
      .filter((finding) => !isBlocking(finding))
      .map(toFinding)
      .slice(0, 50),
  }
}
