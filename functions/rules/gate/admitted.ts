import { stringify } from 'yaml'
import type { ReadRule } from './read-rule.ts'
import { runnable } from './scene.ts'

/** The YAML of a rule that was admitted: what was read of it under the id that we give, as a warning, and nothing else. Pure. */
export const admittedText = (id: string, message: string, rule: ReadRule): string =>
  stringify({ rules: [runnable(id, message, rule)] }, { lineWidth: 0, aliasDuplicateObjects: false })
