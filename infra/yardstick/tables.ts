export type Table = Record<string, unknown>

export const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a path of keys, of a table's own alone. Pure. */
export function at(table: Table, [key = '', ...rest]: readonly string[]): unknown {
  const value = Object.hasOwn(table, key) ? table[key] : undefined
  return rest.length === 0 ? value : isTable(value) ? at(value, rest) : undefined
}

/** The tables in a list of a table. Pure. */
export const tablesIn = (value: unknown, key: string): Table[] => {
  const list = isTable(value) ? at(value, [key]) : undefined
  return Array.isArray(list) ? list.filter(isTable) : []
}

/** The tables in a table of a table, by name. Pure. */
export const entriesOf = (value: unknown, key: string): [string, Table][] => {
  const table = isTable(value) ? at(value, [key]) : undefined
  return isTable(table) ? Object.entries(table).flatMap(([name, entry]): [string, Table][] => (isTable(entry) ? [[name, entry]] : [])) : []
}
