import type { Finding } from '../../domain/catalogue/shared.ts'
import { count } from '../../domain/words/pieces.ts'
import type { SecretInChange } from '../ports.ts'

const MAX_FINDINGS = 20

/** What the agent that wrote them is told of secrets in its change, and what a person is told; neither has a value in it. Pure. */
export const secretFindings = (secrets: readonly SecretInChange[]): { reason: string; findings: Finding[] } => {
  const places = secrets.slice(0, 5).map(({ file, line, kind }) => `${file}:${line} (${kind})`)
  return {
    reason: `the change brings ${count(secrets.length, 'secret')}: ${places.join(', ')}`,
    findings: secrets.slice(0, MAX_FINDINGS).map(({ file, line, kind }) => ({
      from: 'code',
      file,
      line,
      problem: `the change brings a secret: ${kind}`,
      suggestion:
        'Write no key, token or password into a file: read it from the environment. Nothing of this change was kept: make it again without it.',
    })),
  }
}
