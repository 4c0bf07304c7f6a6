/** Counts what was refused, by status and path. */
export interface Refusals {
  add(status: number, route: string): void
  all(): readonly { readonly status: number; readonly route: string; readonly count: number }[]
}

/** Routes that are told apart; the rest count together. */
const KEPT = 500

export const countRefusals = (): Refusals => {
  const counts = new Map<string, { status: number; route: string; count: number }>()
  return {
    add: (status, route) => {
      const isNew = !counts.has(`${status} ${route}`)
      const shown = isNew && counts.size >= KEPT ? 'others' : route
      const key = `${status} ${shown}`
      const entry = counts.get(key) ?? { status, route: shown, count: 0 }
      counts.set(key, { ...entry, count: entry.count + 1 })
    },
    all: () => [...counts.values()],
  }
}
