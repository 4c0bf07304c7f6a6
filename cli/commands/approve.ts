import type { RunCommand } from '../command.ts'
import { commandTask } from '../session.ts'

const approve: RunCommand = (given, terminal) =>
  commandTask(
    given,
    terminal,
    (cortex, id) => cortex.ask('approve', { id, planHash: given.value('hash') }),
    (id) => `${id}: the plan is approved; work starts`,
  )
export default approve
