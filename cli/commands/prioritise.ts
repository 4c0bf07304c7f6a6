import { priorityOf } from '../../domain/choices.ts'
import type { RunCommand } from '../command.ts'
import { commandTask } from '../session.ts'

const prioritise: RunCommand = (given, terminal) =>
  commandTask(
    given,
    terminal,
    (cortex, id) => cortex.ask('prioritise', { id, priority: priorityOf(given.words[1] ?? '') }),
    (id) => `${id}: priority ${given.words[1]}`,
  )
export default prioritise
