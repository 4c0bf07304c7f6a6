import type { FileChange } from '../../../functions/ports.ts'
import { assess, type Texts } from '../../../infra/yardstick/assess.ts'
import { kindsOf } from '../../../infra/yardstick/kinds.ts'

export const kindOf = kindsOf({ tests: ['checks/'], runners: ['/scripts/verify.mjs'] })

export const change = (file: string, more: Partial<FileChange> = {}): FileChange => ({
  file,
  change: 'changed',
  is: 'file',
  added: 1,
  removed: 1,
  ...more,
})
export const assessed = (files: FileChange[], texts: Record<string, Texts> = {}, ofBase: readonly string[] = []) => {
  const { changes, ...rest } = assess(files, kindOf, texts, ofBase)
  return { ...rest, changes: changes.map(({ file, kind, change: what }) => `${kind} ${file} ${what}`) }
}
export const nothing = { changes: [], restore: [], remove: [], write: {} }
