import type { RunCommand } from '../command.ts'
import { commandTask } from '../session.ts'

const question: RunCommand = (given, terminal) =>
  commandTask(
    given,
    terminal,
    (cortex, id) => cortex.ask('question', { id, planHash: given.value('hash'), wish: given.value('wish') }),
    (id) => `${id}: it is planned again with your wish`,
  )
export default question
