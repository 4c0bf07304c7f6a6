import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { atWork, withCortex } from '../session.ts'

const resume: RunCommand = (given, terminal) =>
  withCortex(
    given,
    terminal,
    async (cortex) => {
      const answer = await cortex.ask('resume', { name: given.words[0] })
      terminal.result(answer, answer.outcome === 'request.repeated' ? `${answer.id}: was not paused` : `${answer.id}: goes on`)
      return Exit.done
    },
    atWork,
  )
export default resume
