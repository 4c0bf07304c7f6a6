import { doorCause } from '../../bus/door.ts'
import { answerRequest } from './answer-request.ts'
import { readRequest } from './requests.ts'
import { MB, share } from './share.ts'

/** Answers a request unless an older version, whose readers had other parts of the door, has decided on it in its turn. */
export const answerOnce: typeof answerRequest = async (context) => {
  const { request, history, now, say, log } = context
  if (request.over) {
    log.warn({ subject: request.subject, ...request.over }, 'requests over the share of their sender were refused')
    const { subject, sequence, over } = request
    return [say('request.refused', { subject, sequence, over, faults: [tooMany(over.count)] }, { id: `door-${sequence}` })]
  }
  // The same creation again is the same task.
  if (request.type === 'task.created' || now().getTime() - Date.parse(request.time) <= FRESH_MS) return answerRequest(context)
  if ((await history(`door-${request.sequence}`)).length > 0) return []
  const asked = readRequest(request)
  if ('id' in asked && (await history(asked.id)).some(({ causedBy }) => causedBy === doorCause(request))) return []
  return answerRequest(context)
}

const tooMany = (count: number): string =>
  `${count === 1 ? 'one request' : `${count} requests`} of one connection, with ${share.each.count} or ${share.each.bytes / MB} MB of its own undecided ` +
  `(or ${share.all.count} of all): not taken; send again what is still wanted, when those are decided`

/** Younger than this, nobody else can have decided on it. */
const FRESH_MS = 10_000
