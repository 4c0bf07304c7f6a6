import type { RunCommand } from '../command.ts'
import { commandTask } from '../session.ts'

const retry: RunCommand = (given, terminal) =>
  commandTask(
    given,
    terminal,
    (cortex, id) => cortex.ask('retry', { id, guidance: given.value('guidance'), ...(given.isSet('mend-base') ? { mendBase: true } : {}) }),
    (id) => `${id}: open again`,
  )
export default retry
