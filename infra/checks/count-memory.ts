import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { TestCounts } from '../../domain/catalogue/shared.ts'

const Counts = z.array(TestCounts.nullable())
type Counts = z.infer<typeof Counts>

/** How many trees are remembered; the ones written longest ago are forgotten. */
const most = 500

/** Remembers in files of the folder how many tests each command told of, by what the commands were run on. What is lost is counted again. */
export function createCountMemory(folder: string): {
  find(about: unknown): Promise<Counts | null>
  keep(about: unknown, counts: Counts): Promise<void>
} {
  const fileOf = (about: unknown): string => path.join(folder, `${createHash('sha256').update(JSON.stringify(about)).digest('hex')}.json`)
  return {
    find: async (about) => {
      const text = await readFile(fileOf(about), 'utf8').catch(() => null) // not counted yet
      const read = text === null ? undefined : Counts.safeParse(JSON.parse(text))
      return read?.data ?? null
    },
    keep: async (about, counts) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const aside = path.join(folder, `${randomUUID()}.new`)
      await writeFile(aside, JSON.stringify(counts), { mode: 0o600 })
      await rename(aside, fileOf(about))
      await forgetOldest(folder)
    },
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
