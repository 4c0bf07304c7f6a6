import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { messageOf } from '../../bus/errors.ts'
import { type SitePack, SitePackSchema } from './site-pack-schema.ts'

export type { SitePack, SiteSignal } from './site-pack-schema.ts'

/** A site pack that cannot be used, with every fault in it. */
export class SitePackFault extends Error {
  override readonly name = 'SitePackFault'
  readonly faults: readonly string[]
  constructor(source: string, faults: readonly string[]) {
    super(`the site pack ${source} cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

/**
 * Reads a pack by name (`chatgpt`, from sites/) or by path (anything with a slash, or ending in .json).
 * Throws SitePackFault with all faults at once.
 */
export const loadSitePack = (nameOrPath: string): SitePack => {
  const path = pathOf(nameOrPath)
  return parseSitePack(readJson(path), path)
}

/** Checks a pack's content; `source` names it in the fault. Throws SitePackFault. */
export const parseSitePack = (content: unknown, source: string): SitePack => {
  const parsed = SitePackSchema.safeParse(content)
  if (parsed.success) return parsed.data
  throw new SitePackFault(source, parsed.error.issues.map(inWords))
}

/** A pack's regular expressions: true where one of them is found in the text. */
export const matchesAny = (sources: readonly string[], text: string): boolean =>
  sources.some((source) => new RegExp(source, 'iu').test(text))

function pathOf(nameOrPath: string): string {
  const isPath = nameOrPath.includes('/') || nameOrPath.endsWith('.json')
  if (isPath) return isAbsolute(nameOrPath) ? nameOrPath : resolve(nameOrPath)
  return fileURLToPath(new URL(`./${nameOrPath}.json`, import.meta.url))
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new SitePackFault(path, [`it cannot be read as JSON: ${messageOf(error)}`])
  }
}

function inWords(issue: z.core.$ZodIssue): string {
  const place = issue.path.length === 0 ? 'the pack' : issue.path.join('.')
  if (issue.code === 'unrecognized_keys') return `${place}: unknown ${issue.keys.map((key) => `"${key}"`).join(', ')}`
  return `${place}: ${issue.message}`
}
