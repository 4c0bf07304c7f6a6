import { FunctionsAnswer, JobAnswer, StatusAnswer, SystemAnswer } from '../gateway/answers.ts'
import type { RunCommand } from './command.ts'
import { Exit } from './fault.ts'
import { exitOf } from './outcome.ts'
import { jobText, painter, statusText, systemText } from './render.ts'
import { withCortex } from './session.ts'

const status: RunCommand = (given, terminal) =>
  withCortex(given, async (cortex) => {
    if (!given.words[0]) {
      const system = await cortex.ask('system.status', {}, SystemAnswer)
      const { functions } = await cortex.ask('function.list', {}, FunctionsAnswer)
      const held = functions.flatMap(({ paused_until, why }) => (paused_until ? [why] : []))
      terminal.result({ ...system, held }, systemText(system, new Date().toISOString(), held))
      return Exit.done
    }
    if (given.words[0].startsWith('job-')) {
      const job = await cortex.ask('job.status', { id: given.words[0] }, JobAnswer)
      terminal.result(job, jobText(job))
      return job.state === 'failed' ? Exit.failed : Exit.done
    }
    const answer = await cortex.ask('task.status', { id: given.words[0] }, StatusAnswer)
    terminal.result(answer, statusText(answer, painter(terminal.colour)))
    return exitOf(answer)
  })
export default status
