import { readdirSync, readFileSync } from 'node:fs'

/** Processes of this machine whose command line or environment contains the text, by pid, each with its command line. */
export const processesWith = (text: string): Map<number, string> => {
  const found = new Map<number, string>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue
    const line = commandLine(entry)
    if (line.includes(text) || textOf(entry, 'environ').includes(text)) found.set(Number(entry), line)
  }
  return found
}

const commandLine = (pid: string): string => textOf(pid, 'cmdline').replaceAll('\0', ' ').trim()

const textOf = (pid: string, file: 'cmdline' | 'environ'): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // it ended while we looked, or is another user's
  }
}

/** Notes every command line with the text that can be seen until it is disposed of. */
export const watchProcesses = (text: string): Disposable & { lines: Set<string> } => {
  const lines = new Set<string>()
  const timer = setInterval(() => {
    for (const line of processesWith(text).values()) lines.add(line)
  }, 20)
  return { lines, [Symbol.dispose]: () => clearInterval(timer) }
}
