import { wholeText } from '../../gateway/whole-text.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { harmless, logsText } from '../render.ts'
import { withCortex } from '../session.ts'

const logs: RunCommand = (given, terminal) =>
  withCortex(given, terminal, async (cortex) => {
    const wanted = given.value('log')
    const input = { id: given.words[0], ...(wanted ? { number: Number(wanted) } : {}) }
    const { first, text } = await wholeText((offset) => cortex.ask('logs', { ...input, offset }))
    const shown = terminal.live ? harmless(text) : text
    terminal.result(
      { id: first.id, logs: first.logs, number: first.number, text },
      first.logs.length === 0 ? logsText(first) : `${logsText(first)}\n\nLog ${first.number}\n${shown}`,
    )
    return Exit.done
  })
export default logs
