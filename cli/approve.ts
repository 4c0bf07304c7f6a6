import type { RunCommand } from './command.ts'
import { commandTask } from './session.ts'

const approve: RunCommand = (given, terminal) =>
  commandTask(given, terminal, 'task.approve', { planHash: given.value('hash') }, (id) => `${id}: the plan is approved; work starts`)
export default approve
