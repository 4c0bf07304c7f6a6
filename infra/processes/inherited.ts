import { closeSync, readdirSync, readFileSync } from 'node:fs'

const CLOSED_ON_START = 0o2000000

const flagsOf = (name: string): number | undefined => {
  try {
    return Number.parseInt(/^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1] ?? '', 8)
  } catch {
    return undefined // the folder's own, which is closed by now
  }
}

/**
 * Closes what whoever started this process left open in it and every program would get that it starts: through an open folder a confined one would
 * have the files behind it. Node keeps the first numbers from others by itself, and all that it opens.
 */
export function closeInherited(): void {
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc/self/fd')) {
    const flags = flagsOf(name)
    if (Number(name) > 2 && flags !== undefined && (flags & CLOSED_ON_START) === 0) closeSync(Number(name))
  }
}
