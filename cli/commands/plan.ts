import { Plan } from '../../domain/catalogue/plan.ts'
import { wholeText } from '../../gateway/whole-text.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { aboutBase } from '../gate.ts'
import { painter, planText } from '../render.ts'
import { withCortex } from '../session.ts'

const plan: RunCommand = (given, terminal) =>
  withCortex(given, terminal, async (cortex) => {
    const { first, text } = await wholeText((offset) => cortex.ask('plan', { id: given.words[0], offset }))
    const { id, plan_hash, revision, waits, base } = first
    const content = Plan.parse(JSON.parse(text))
    const next = waits ? `\n\nIt waits for your word: cortex approve ${id} --hash ${plan_hash}` : `\n\nHash: ${plan_hash}`
    const shown = [planText(content, plan_hash, painter(terminal.colour)), ...aboutBase(base)].join('\n\n')
    terminal.result({ id, plan_hash, revision, waits, ...(base ? { base } : {}), plan: content }, shown + terminal.typed(next))
    return Exit.done
  })
export default plan
