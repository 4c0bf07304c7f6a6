import { doorCause } from '../../bus/door.ts'
import { defineDoor } from '../define-function.ts'
import { answerRequest } from './answer-request.ts'
import { decisions, readRequest } from './requests.ts'

/** Reads what is decided about plans, by the door's one set of rules, so that no decision waits behind new tasks, however many come. */
export default defineDoor({
  takes: decisions,
  emits: ['plan.approved', 'plan.rejected', 'plan.questioned', 'yardstick.approved', 'request.refused', 'request.repeated'],
  handler: async (context) => {
    const { request, history, now } = context
    const isOld = now().getTime() - Date.parse(request.time) > FRESH_MS
    // An older version reads all of the door: what it decided on in its turn is still to be read here.
    if (isOld && (await history(`door-${request.sequence}`)).length > 0) return []
    const asked = readRequest(request)
    if (isOld && 'id' in asked && (await history(asked.id)).some(({ causedBy }) => causedBy === doorCause(request))) return []
    // What is taken here leads to the facts above alone.
    return answerRequest(context as never) as never
  },
})

/** Younger than this, nobody else can have decided on it. */
const FRESH_MS = 10_000
