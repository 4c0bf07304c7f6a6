import { defineDoor } from '../define-function.ts'
import { answerRequest, emits } from './answer-request.ts'
import { otherRequests } from './requests.ts'

/** Reads what the system's own surfaces send to the door, one by one in its order, but for decisions about plans. */
export default defineDoor({ takes: otherRequests, from: 'system', emits, handler: answerRequest })
