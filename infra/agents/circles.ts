/** A tool that an agent uses: a command, an edit, a search. */
export type Act = { kind: 'begun'; id: string; what: string } | { kind: 'ended'; id: string; result: string }

/** When an agent is taken for stuck. */
export interface Patience {
  /** So often the same in a row with the same result, or two or three of them in turns. */
  sameAction: number
  /** Nothing printed for so long, while no tool of its own runs. */
  silenceMs: number
  /** The setting that says so. */
  silenceIn?: string
}

export interface Vigil {
  /** Aborts when the agent is stuck; the reason is a sentence. */
  readonly signal: AbortSignal
  /** Hears what it prints. */
  line(line: string, stream: 'stdout' | 'stderr'): void
  end(): void
}

const shown = 160

/** What differs in results although nothing does: names of temporary files, hashes and addresses, times and counts. */
const passing = /\/tmp\/[^\s'":)]+|\b(?:0x)?(?=[a-f]*\d)[0-9a-f]{6,}\b|\d+(?:\.\d+)?/gi

/**
 * Watches what an agent prints for circles and silence. An agent whose output does not tell of its tools is never taken for stuck,
 * and neither, unless it `speaksAtOnce`, is one that has printed nothing yet: some print once, at their end.
 */
export function keepVigil(
  { sameAction, silenceMs, silenceIn = 'timeouts.silence' }: Patience,
  acts: ((line: string) => Act[]) | undefined,
  { speaksAtOnce = false } = {},
): Vigil {
  const stuck = new AbortController()
  const running = new Map<string, string>()
  const done: string[] = []
  let timer: NodeJS.Timeout | undefined
  const fallSilent = (): void => {
    if (running.size === 0) stuck.abort(`nothing was heard of it for ${Math.round(silenceMs / 1000)} s (${silenceIn})`)
  }
  const take = (act: Act): void => {
    if (act.kind === 'begun') {
      running.set(act.id, act.what)
      return
    }
    const what = running.get(act.id)
    if (what === undefined) return
    running.delete(act.id)
    done.push(`${what}\0${act.result.replace(passing, '#')}`)
    done.splice(0, done.length - Math.max(...rings) * sameAction)
    const times = circle(done, sameAction)
    if (times > 0) stuck.abort(`it did the same ${times} times with the same result (limits.same_action): ${what.slice(0, shown)}`)
  }
  const listen = (): void => {
    clearTimeout(timer)
    timer = setTimeout(fallSilent, silenceMs)
  }
  if (acts && speaksAtOnce) listen()
  return {
    signal: stuck.signal,
    line: (line, stream) => {
      if (!acts || stuck.signal.aborted) return
      if (stream === 'stdout') acts(line).forEach(take)
      listen()
    },
    end: () => clearTimeout(timer),
  }
}

/** How many different acts a circle may have. */
const rings = [1, 2, 3]

/** How often the last of these came in a row, or in turns with one or two others, where that is `most` times or more; else 0. Pure. */
export function circle(done: readonly string[], most: number): number {
  for (const different of rings) {
    const recent = done.slice(-most * different)
    if (recent.length === most * different && new Set(recent).size <= different)
      return recent.filter((each) => each === recent.at(-1)).length
  }
  return 0
}
