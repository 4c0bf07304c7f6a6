import { isJobId } from '../../domain/job.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { exitOf } from '../outcome.ts'
import { jobText, painter, statusText, systemText } from '../render.ts'
import { withCortex } from '../session.ts'

const status: RunCommand = (given, terminal) =>
  withCortex(
    given,
    terminal,
    async (cortex) => {
      if (!given.words[0]) {
        const system = await cortex.ask('system', {})
        const { functions } = await cortex.ask('functions', {})
        const held = functions.flatMap(({ paused_until, why }) => (paused_until ? [why] : []))
        terminal.result({ ...system, held }, terminal.told(systemText(system, new Date().toISOString(), held)))
        return Exit.done
      }
      if (isJobId(given.words[0])) {
        const job = await cortex.ask('job', { id: given.words[0] })
        terminal.result(job, terminal.told(jobText(job)))
        return job.state === 'failed' ? Exit.failed : Exit.done
      }
      const answer = await cortex.ask('status', { id: given.words[0] })
      const told = { ...answer, why: terminal.told(answer.why), detail: terminal.told(answer.detail) }
      terminal.result(answer, statusText(told, painter(terminal.colour)))
      return exitOf(answer)
    },
    { atWork: !given.words[0] },
  )
export default status
