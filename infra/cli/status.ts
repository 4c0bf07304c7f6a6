import { StatusAnswer, SystemAnswer } from '../../functions/gateway/answers.ts'
import type { RunCommand } from './command.ts'
import { Exit } from './fault.ts'
import { exitOf } from './outcome.ts'
import { painter, statusText, systemText } from './render.ts'
import { withCortex } from './session.ts'

const status: RunCommand = (given, terminal) =>
  withCortex(given, async (cortex) => {
    if (!given.words[0]) {
      const system = await cortex.ask('system.status', {}, SystemAnswer)
      terminal.result(system, systemText(system, new Date().toISOString()))
      return Exit.done
    }
    const answer = await cortex.ask('task.status', { id: given.words[0] }, StatusAnswer)
    terminal.result(answer, statusText(answer, painter(terminal.colour)))
    return exitOf(answer)
  })
export default status
