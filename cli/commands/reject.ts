import type { RunCommand } from '../command.ts'
import { commandTask } from '../session.ts'

const reject: RunCommand = (given, terminal) =>
  commandTask(
    given,
    terminal,
    (cortex, id) => cortex.ask('reject', { id, planHash: given.value('hash'), reason: given.value('reason') }),
    (id) => `${id}: the plan is rejected; the task ends`,
  )
export default reject
