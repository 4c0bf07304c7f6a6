import type { RunCommand } from '../command.ts'
import { CommandFault, Exit } from '../fault.ts'
import { lessonsText, lessonText } from '../lesson-text.ts'
import { withCortex } from '../session.ts'

const lessons: RunCommand = async (given, terminal) => {
  const [action = '', what = ''] = given.words
  if (action === 'search' && what === '')
    throw new CommandFault(Exit.usage, ['for which words? cortex lessons search "<words>"; "cortex lessons" lists the newest'])
  if (action !== '' && what === '')
    throw new CommandFault(Exit.usage, [`which one? cortex lessons ${action} <id>; "cortex lessons" lists them`])
  return withCortex(given, terminal, async (cortex) => {
    if (action === 'show') {
      const lesson = await cortex.ask('lesson', { lesson: what })
      terminal.result(lesson, lessonText(lesson, new Date().toISOString()))
      return Exit.done
    }
    if (action === 'pin' || action === 'forget') {
      const asked = { lesson: what, ...(given.value('reason') ? { reason: given.value('reason') } : {}) }
      const answer = await cortex.ask(action === 'pin' ? 'pinLesson' : 'forgetLesson', asked)
      const does = action === 'pin' ? 'is pinned: it comes first in the prompts that it fits' : 'stands in no prompt any more'
      terminal.result(answer, answer.outcome === 'pending' ? `${answer.id}: it is stored, and decided in a moment` : `${answer.id} ${does}`)
      return Exit.done
    }
    const project = given.value('project')
    const answer = await cortex.ask('lessons', { text: what, ...(project ? { project } : {}) })
    terminal.result(answer, lessonsText(answer.lessons, what, project))
    return Exit.done
  })
}
export default lessons
