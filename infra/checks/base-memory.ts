import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { TestCounts } from '../../domain/catalogue/shared.ts'

const Check = z.object({
  command: z.string(),
  exitCode: z.int().nullable(),
  signal: z.string().optional(),
  output: z.string(),
  durationMs: z.number(),
  tests: TestCounts.optional(),
})

/** What came of the commands on a tree. */
const Remembered = z.object({
  /** Of a base on which some failed: its commit, which a check may look at, too. */
  sha: z.string().optional(),
  /** When they were begun, ISO 8601. */
  at: z.iso.datetime(),
  checks: z.array(Check),
  /** The same that failed, once more. */
  repeats: z.array(z.array(Check)),
})
export type Remembered = z.infer<typeof Remembered>

/** How many trees are remembered; the ones written longest ago are forgotten. */
const most = 500
/** Characters of the end of an output: what is said of a failure. */
const outputEnd = 4000

/** Remembers in files of the folder what came of the commands, by what they were run on. What is lost is done again. */
export function createBaseMemory(folder: string): {
  find(about: unknown): Promise<Remembered | undefined>
  keep(about: unknown, run: Remembered): Promise<void>
} {
  const fileOf = (about: unknown): string => path.join(folder, `${hashOf(about)}.json`)
  return {
    find: async (about) => {
      const text = await readFile(fileOf(about), 'utf8').catch(() => '') // not seen yet
      return read(text)
    },
    keep: async (about, run) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // The memory of an earlier version.
      await rm(path.join(path.dirname(folder), 'test-counts'), { recursive: true, force: true })
      const aside = path.join(folder, `${randomUUID()}.new`)
      const short = (checks: Remembered['checks']) => checks.map((check) => ({ ...check, output: check.output.slice(-outputEnd) }))
      const kept: Remembered = { ...run, checks: short(run.checks), repeats: run.repeats.map(short) }
      await writeFile(aside, JSON.stringify(kept), { mode: 0o600 })
      await rename(aside, fileOf(about))
      await forgetOldest(folder)
    },
  }
}

export const hashOf = (about: unknown): string => createHash('sha256').update(JSON.stringify(about)).digest('hex')

/** Undefined for what a fall of the machine left of it, or another version wrote. */
function read(text: string): Remembered | undefined {
  try {
    return Remembered.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.length <= most) return
  const ages = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(path.join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  ) // gone meanwhile
  const oldest = ages.toSorted((one, other) => one.at - other.at).slice(0, names.length - most)
  for (const { name } of oldest) await rm(path.join(folder, name), { force: true })
}
