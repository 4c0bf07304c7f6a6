/** A tool that an agent uses: a command, an edit, a search. */
export type Act = { kind: 'begun'; id: string; what: string } | { kind: 'ended'; id: string; result: string }

/** When an agent is taken for stuck. */
export interface Patience {
  /** So often the same in a row with the same result, or two of them in turns. */
  sameAction: number
  /** Nothing printed for so long, while no tool of its own runs. */
  silenceMs: number
}

export interface Vigil {
  /** Aborts when the agent is stuck; the reason is a sentence. */
  readonly signal: AbortSignal
  /** Hears what it prints. */
  line(line: string, stream: 'stdout' | 'stderr'): void
  end(): void
}

const shown = 160

/**
 * Watches what an agent prints for circles and silence. An agent whose output does not tell of its tools is never taken for stuck,
 * and neither is one that has printed nothing yet: some print once, at their end.
 */
export function keepVigil({ sameAction, silenceMs }: Patience, acts: ((line: string) => Act[]) | undefined): Vigil {
  const stuck = new AbortController()
  const running = new Map<string, string>()
  const done: string[] = []
  let timer: NodeJS.Timeout | undefined
  const fallSilent = (): void => {
    if (running.size === 0) stuck.abort(`nothing was heard of it for ${Math.round(silenceMs / 1000)} s (timeouts.silence)`)
  }
  const take = (act: Act): void => {
    if (act.kind === 'begun') {
      running.set(act.id, act.what)
      return
    }
    const what = running.get(act.id)
    if (what === undefined) return
    running.delete(act.id)
    // Numbers of a result are times and counts, which differ although nothing does.
    done.push(`${what}\0${act.result.replace(/\d+(\.\d+)?/g, '#')}`)
    done.splice(0, done.length - 2 * sameAction)
    const times = circle(done, sameAction)
    if (times > 0) stuck.abort(`it did the same ${times} times with the same result (limits.same_action): ${what.slice(0, shown)}`)
  }
  return {
    signal: stuck.signal,
    line: (line, stream) => {
      if (!acts || stuck.signal.aborted) return
      if (stream === 'stdout') acts(line).forEach(take)
      clearTimeout(timer)
      timer = setTimeout(fallSilent, silenceMs)
    },
    end: () => clearTimeout(timer),
  }
}

/** How often the last of these came in a row, or in turns with one other, where that is `most` times or more; else 0. Pure. */
export function circle(done: readonly string[], most: number): number {
  for (const different of [1, 2]) {
    const recent = done.slice(-most * different)
    if (recent.length === most * different && new Set(recent).size <= different)
      return recent.filter((each) => each === recent.at(-1)).length
  }
  return 0
}
