import { inWords } from '../../domain/words/time-in-words.ts'
import { wholeText } from '../../gateway/whole-text.ts'
import type { Given, RunCommand } from '../command.ts'
import type { Cortex } from '../connect.ts'
import { CommandFault, Exit } from '../fault.ts'
import { harmless, table } from '../render.ts'
import { withCortex } from '../session.ts'
import type { Terminal } from '../terminal.ts'

const dead: RunCommand = async (given, terminal) => {
  const [action = '', number = ''] = given.words
  if (action !== '' && action !== 'list' && number === '')
    throw new CommandFault(Exit.usage, [`which one? cortex dead ${action} <n>; "cortex dead" lists them`])
  return withCortex(given, terminal, async (cortex) => {
    if (action === 'show') await show(cortex, terminal, given)
    else if (action === 'redrive') await redrive(cortex, terminal, given)
    else await list(cortex, terminal)
    return Exit.done
  })
}
export default dead

const list = async (cortex: Cortex, terminal: Terminal): Promise<void> => {
  const answer = await cortex.ask('deadLetters', { limit: 200 })
  const rows = answer.letters.map(({ number, function: fn, id, at, reason }) => [
    String(number),
    fn,
    id,
    `${inWords(Date.now() - Date.parse(at))} ago`,
    terminal.told(harmless(reason)),
  ])
  const text =
    rows.length === 0
      ? 'no dead letters'
      : `${table([['NO', 'FUNCTION', 'TASK', 'DIED', 'REASON'], ...rows])}\n\n${terminal.typed('next: cortex dead redrive <no>')}`
  terminal.result(answer, text)
}

const show = async (cortex: Cortex, terminal: Terminal, given: Given): Promise<void> => {
  const { first, text } = await wholeText((offset) => cortex.ask('deadLetter', { number: Number(given.words[1]), offset }))
  const { number, function: fn, id, subject, at, reason, attempts, needsHuman, redrives } = first
  const letter = { number, function: fn, id, subject, at, reason, attempts, needsHuman, redrives, body: text }
  const rows = Object.entries(letter).map(([name, value]) => [name, harmless(String(value))])
  terminal.result(letter, table(rows))
}

const redrive = async (cortex: Cortex, terminal: Terminal, given: Given): Promise<void> => {
  const answer = await cortex.ask('redrive', { number: Number(given.words[1]) })
  const resumed =
    { 'task.resumed': `; ${answer.id} is open again`, pending: ` as soon as ${answer.id} is open again` }[answer.outcome] ?? ''
  terminal.result(answer, `dead letter ${answer.number} is sent to ${answer.function} once more${resumed}`)
}
