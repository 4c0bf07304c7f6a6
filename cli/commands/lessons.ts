import type { AnswerOf } from '../../gateway/operations.ts'
import type { RunCommand } from '../command.ts'
import { CommandFault, Exit } from '../fault.ts'
import { harmless, table } from '../render.ts'
import { withCortex } from '../session.ts'

const lessons: RunCommand = async (given, terminal) => {
  const [action = '', what = ''] = given.words
  if (action !== '' && action !== 'search' && what === '')
    throw new CommandFault(Exit.usage, [`which one? cortex lessons ${action} <id>; "cortex lessons" lists them`])
  return withCortex(given, terminal, async (cortex) => {
    if (action === 'show') {
      const lesson = await cortex.ask('lesson', { lesson: what })
      terminal.result(lesson, wholeText(lesson))
      return Exit.done
    }
    if (action === 'pin' || action === 'forget') {
      const asked = { lesson: what, ...(given.value('reason') ? { reason: given.value('reason') } : {}) }
      const answer = await cortex.ask(action === 'pin' ? 'pinLesson' : 'forgetLesson', asked)
      terminal.result(answer, action === 'pin' ? `${answer.id} is pinned` : `${answer.id} stands in no prompt any more`)
      return Exit.done
    }
    const answer = await cortex.ask('lessons', { text: what, ...(given.value('project') ? { project: given.value('project') } : {}) })
    terminal.result(answer, listText(answer, what))
    return Exit.done
  })
}
export default lessons

const listText = ({ lessons: found }: AnswerOf<'lessons'>, text: string): string => {
  if (found.length === 0)
    return text ? `no lesson holds words of "${harmless(text)}"` : 'no lessons yet: [chum] enabled = true has them learned'
  const rows = found.map(({ lesson, state, category, project, applied, helped, summary }) => [
    ...[lesson, state, category, project, String(applied), String(helped)],
    harmless(summary),
  ])
  return table([['LESSON', 'STATE', 'CATEGORY', 'PROJECT', 'USED', 'HELPED', 'SUMMARY'], ...rows])
}

const wholeText = (lesson: AnswerOf<'lesson'>): string => {
  const { summary, detail, category, project, task, file_paths, labels, learned_at, confirmed, evidence, uses } = lesson
  const about = table([
    ['category', category],
    ['project', project],
    ['learned', `${learned_at} from ${task}${confirmed > 0 ? `, and ${confirmed} more times` : ''}`],
    ['files', file_paths.join(', ') || 'none'],
    ['labels', labels.join(', ') || 'none'],
    ['state', lesson.state],
    ['record', recordOf(lesson)],
  ])
  const quotes = evidence.map(({ kind, quote }) => `  ${kind}: "${quote}"`)
  const used = uses.map(({ task: where, use, at }) => `  ${at}  ${use} of ${where}`)
  return harmless(
    [
      summary,
      '',
      detail,
      '',
      about,
      '',
      'evidence:',
      ...quotes,
      '',
      'stood in prompts:',
      ...(used.length > 0 ? used : ['  none yet']),
    ].join('\n'),
  )
}

const recordOf = ({ applied, helped, ignored, contradicted }: AnswerOf<'lesson'>): string =>
  `in ${applied} prompts; helped ${helped}, not heeded ${ignored}, contradicted ${contradicted} times`
