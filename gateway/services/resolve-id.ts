export type Resolved = { kind: 'one'; id: string } | { kind: 'none' } | { kind: 'many'; ids: string[] }

/**
 * The id that a shortened one means: itself when it is one, else the only one that begins with it, with or without "task-" before.
 */
export const resolveId = (given: string, known: readonly string[]): Resolved => {
  const ids = [...new Set(known)].sort()
  if (ids.includes(given)) return { kind: 'one', id: given }
  const found = ids.filter((id) => id.startsWith(given) || id.startsWith(`task-${given}`))
  if (found.length === 0) return { kind: 'none' }
  return found.length === 1 ? { kind: 'one', id: found[0]! } : { kind: 'many', ids: found }
}
