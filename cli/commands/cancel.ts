import type { RunCommand } from '../command.ts'
import { commandTask } from '../session.ts'

const cancel: RunCommand = (given, terminal) =>
  commandTask(
    given,
    terminal,
    (cortex, id) => cortex.ask('cancel', { id, reason: given.value('reason') }),
    (id) => `${id}: cancelled`,
  )
export default cancel
