import type { RunCommand } from '../command.ts'
import { CommandFault, Exit } from '../fault.ts'
import { exported, rulesText, ruleText } from '../rule-text.ts'
import { withCortex } from '../session.ts'

/** What a person may say of a rule, and what follows. */
const words = {
  enforce: { operation: 'enforceRule', does: 'blocks what it finds in new lines, from the next scan on' },
  quarantine: { operation: 'quarantineRule', does: 'is not looked for any more' },
  undo: { operation: 'undoRule', does: 'counts as before' },
} as const
/** What else may come of it. */
const endings: Readonly<Record<string, string>> = {
  pending: ': it is stored, and decided in a moment',
  'request.repeated': ': it was so already',
}
const isWord = (action: string): action is keyof typeof words => Object.hasOwn(words, action)

const rules: RunCommand = async (given, terminal) => {
  const [action = '', what = ''] = given.words
  if (action !== '' && action !== 'list' && action !== 'export' && what === '')
    throw new CommandFault(Exit.usage, [`which one? cortex rules ${action} <name>; "cortex rules" lists them`])
  return withCortex(given, terminal, async (cortex) => {
    if (action === 'show') {
      const rule = await cortex.ask('rule', { rule: what })
      terminal.result(rule, ruleText(rule, new Date().toISOString()))
      return Exit.done
    }
    if (isWord(action)) {
      const { operation, does } = words[action]
      const answer = await cortex.ask(operation, { rule: what, ...(given.value('reason') ? { reason: given.value('reason') } : {}) })
      terminal.result(answer, `${answer.id}${endings[answer.outcome] ?? ` ${does}`}`)
      return Exit.done
    }
    const project = given.value('project')
    const answer = await cortex.ask('rules', project ? { project } : {})
    if (action === 'export') {
      const inForce = answer.rules.filter(({ state }) => state !== 'quarantined')
      const whole = await Promise.all(inForce.map(({ rule }) => cortex.ask('rule', { rule })))
      terminal.result({ rules: whole }, exported(whole))
      return Exit.done
    }
    terminal.result(answer, rulesText(answer.rules, project))
    return Exit.done
  })
}
export default rules
