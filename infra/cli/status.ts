import { StatusAnswer } from '../../functions/gateway/answers.ts'
import type { RunCommand } from './command.ts'
import { exitOf } from './outcome.ts'
import { painter, statusText } from './render.ts'
import { withCortex } from './session.ts'

const status: RunCommand = (given, terminal) =>
  withCortex(given, async (cortex) => {
    const answer = await cortex.ask('task.status', { id: given.words[0] }, StatusAnswer)
    terminal.result(answer, statusText(answer, painter(terminal.colour)))
    return exitOf(answer)
  })
export default status
