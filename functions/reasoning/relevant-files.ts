import { posix } from 'node:path'
import { isSecretFile } from './secret-files.ts'

/** What tells a stranger about a repository. */
const GUIDES =
  /^(readme(\.\w+)?|agents\.md|claude\.md|contributing\.md|package\.json|pyproject\.toml|go\.mod|cargo\.toml|pom\.xml|makefile|cortex\.toml)$/i
/** Made by tools, or no text: a model learns nothing from it. */
const NOISE =
  /(^|\/)(node_modules|vendor|dist|build|\.git)\/|(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|cargo\.lock|go\.sum)$|\.(png|jpe?g|gif|webp|ico|pdf|zip|gz|woff2?|ttf|mp[34]|min\.js|map|snap)$/i

/** The parts of a prompt that speak of the task; the list of all files is none of them. */
const spokenOf = (prompt: string): string =>
  ['task', 'plan', 'criteria', 'diff'].map((tag) => new RegExp(`<${tag}>\\n?([\\s\\S]*?)\\n?</${tag}>`).exec(prompt)?.[1] ?? '').join('\n')

/**
 * The files that a model without the repository should see, best first: those the prompt names by their path, by their name, those
 * beside them and their tests, what tells about the whole, then the rest. Pure.
 */
export const relevantFiles = (files: readonly string[], prompt: string): string[] => {
  const spoken = spokenOf(prompt)
  const named = files.filter((file) => spoken.includes(file))
  const folders = new Set(named.map((file) => posix.dirname(file)))
  const stems = named.map((file) => posix.basename(file).replace(/\..*$/, ''))
  const rank = (file: string): number => {
    const name = posix.basename(file)
    if (named.includes(file)) return 0
    if (name.length > 3 && spoken.includes(name)) return 1
    if (stems.some((stem) => stem.length > 2 && name.includes(stem))) return 2
    if (!file.includes('/') && GUIDES.test(name)) return 3
    return folders.has(posix.dirname(file)) ? 4 : 5
  }
  return files
    .filter((file) => !NOISE.test(file) && !isSecretFile(file))
    .map((file) => ({ file, rank: rank(file) }))
    .sort((one, other) => one.rank - other.rank || one.file.localeCompare(other.file))
    .map(({ file }) => file)
}
