import type { AnswerOf } from '../../gateway/operations.ts'
import type { RunCommand } from '../command.ts'
import { CommandFault, Exit } from '../fault.ts'
import { harmless, table } from '../render.ts'
import { withCortex } from '../session.ts'

const lessons: RunCommand = async (given, terminal) => {
  const [action = '', what = ''] = given.words
  if (action === 'show' && what === '')
    throw new CommandFault(Exit.usage, ['which one? cortex lessons show <id>; "cortex lessons" lists them'])
  return withCortex(given, terminal, async (cortex) => {
    if (action === 'show') {
      const lesson = await cortex.ask('lesson', { lesson: what })
      terminal.result(lesson, wholeText(lesson))
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
  const rows = found.map(({ lesson, category, project, applied, summary }) => [
    lesson,
    category,
    project,
    String(applied),
    harmless(summary),
  ])
  return table([['LESSON', 'CATEGORY', 'PROJECT', 'USED', 'SUMMARY'], ...rows])
}

const wholeText = (lesson: AnswerOf<'lesson'>): string => {
  const { summary, detail, category, project, task, file_paths, labels, learned_at, confirmed, evidence, uses } = lesson
  const about = table([
    ['category', category],
    ['project', project],
    ['learned', `${learned_at} from ${task}${confirmed > 0 ? `, and ${confirmed} more times` : ''}`],
    ['files', file_paths.join(', ') || 'none'],
    ['labels', labels.join(', ') || 'none'],
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
