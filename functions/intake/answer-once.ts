import { doorCause } from '../../bus/door.ts'
import { answerRequest } from './answer-request.ts'
import { readRequest } from './requests.ts'

/** Answers a request unless an older version, whose readers had other parts of the door, has decided on it in its turn. */
export const answerOnce: typeof answerRequest = async (context) => {
  const { request, history, now } = context
  // The same creation again is the same task.
  if (request.type === 'task.created' || now().getTime() - Date.parse(request.time) <= FRESH_MS) return answerRequest(context)
  if ((await history(`door-${request.sequence}`)).length > 0) return []
  const asked = readRequest(request)
  if ('id' in asked && (await history(asked.id)).some(({ causedBy }) => causedBy === doorCause(request))) return []
  return answerRequest(context)
}

/** Younger than this, nobody else can have decided on it. */
const FRESH_MS = 10_000
