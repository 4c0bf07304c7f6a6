import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { listText } from '../render.ts'
import { withCortex } from '../session.ts'

const list: RunCommand = (given, terminal) =>
  withCortex(given, terminal, async (cortex) => {
    const limit = given.value('limit')
    const [status, project, category, search] = ['status', 'project', 'category', 'search'].map((name) => given.value(name))
    const input = { status, project, category, search }
    const answer = await cortex.ask('list', { ...input, ...(limit ? { limit: Number(limit) } : {}) })
    terminal.result(answer, listText(answer, new Date().toISOString()))
    return Exit.done
  })
export default list
