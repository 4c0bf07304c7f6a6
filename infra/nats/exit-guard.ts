/**
 * Runs last wishes when this process ends: at a normal end, and by a signal that nobody else handles. Whoever handles the signal
 * is in charge of an orderly stop, so then nothing is done before the process really exits. SIGKILL cannot be guarded.
 */
const wishes = new Set<() => void>()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** @returns takes the wish back */
export function atExit(wish: () => void): () => void {
  if (wishes.size === 0) listen()
  wishes.add(wish)
  return () => {
    wishes.delete(wish)
    if (wishes.size === 0) unlisten()
  }
}

function listen(): void {
  process.on('exit', runAll)
  for (const signal of signals) process.on(signal, onSignal)
}

function unlisten(): void {
  process.off('exit', runAll)
  for (const signal of signals) process.off(signal, onSignal)
}

function runAll(): void {
  for (const wish of wishes) wish()
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  runAll()
  unlisten()
  process.kill(process.pid, signal)
}
