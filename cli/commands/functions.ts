import { cutTo } from '../../bus/next-steps.ts'
import { inWords } from '../../domain/words/time-in-words.ts'
import type { FunctionsAnswer } from '../../gateway/answers.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { harmless, table } from '../render.ts'
import { atWork, withCortex } from '../session.ts'
import type { Terminal } from '../terminal.ts'

const functions: RunCommand = (given, terminal) =>
  withCortex(
    given,
    terminal,
    async (cortex) => {
      const answer = await cortex.ask('functions', {})
      terminal.result(answer, functionsText(answer, new Date().toISOString(), terminal.told))
      return Exit.done
    },
    atWork,
  )
export default functions

/** A table of the functions' queues. Pure. */
export const functionsText = ({ functions: all }: FunctionsAnswer, now: string, told: Terminal['told']): string => {
  const age = (at: string | undefined): string => (at ? inWords(Date.parse(now) - Date.parse(at)) : '-')
  const rows = all.map(({ name, pending, in_flight, redelivered, oldest_at, why }) => [
    name,
    String(pending),
    String(in_flight),
    String(redelivered),
    age(oldest_at),
    told(cutTo(harmless(why).replaceAll('\n', ' '), 140)),
  ])
  return table([['FUNCTION', 'PENDING', 'IN FLIGHT', 'AGAIN', 'OLDEST', 'NOW'], ...rows])
}
