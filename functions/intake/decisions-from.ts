import type { DoorSpec } from '../../bus/define-function.ts'
import type { catalogue } from '../../domain/catalogue/index.ts'
import type { Task } from '../../domain/task.ts'
import { defineDoor } from '../define-function.ts'
import type { Services } from '../ports.ts'
import { answerOnce } from './answer-once.ts'
import { decisions } from './requests.ts'
import { share } from './share.ts'

const emits = ['plan.approved', 'plan.rejected', 'plan.questioned', 'yardstick.approved', 'request.refused', 'request.repeated'] as const

/** A reader of what is decided about plans, and of nothing else, so that no decision waits behind new tasks. */
export const decisionsFrom = (from: 'system' | 'anybody'): DoorSpec<typeof catalogue, Task, (typeof emits)[number], Services> =>
  defineDoor({
    takes: decisions,
    from,
    ...(from === 'anybody' ? { share } : {}),
    emits,
    // What is taken here leads to the facts above alone.
    handler: (context) => answerOnce(context as never) as never,
  })
