import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { atWork, withCortex } from '../session.ts'

const pause: RunCommand = (given, terminal) =>
  withCortex(
    given,
    terminal,
    async (cortex) => {
      const minutes = given.value('minutes')
      const wish = { name: given.words[0], reason: given.value('reason'), ...(minutes ? { minutes: Number(minutes) } : {}) }
      const answer = await cortex.ask('pause', wish)
      terminal.result(
        answer,
        `${answer.id}: paused until ${answer.paused_until}; what it works on goes on\n\n${terminal.typed(`next: cortex resume ${answer.id}`)}`,
      )
      return Exit.done
    },
    atWork,
  )
export default pause
