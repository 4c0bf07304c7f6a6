import { defineDoor } from '../define-function.ts'
import { answerOnce } from './answer-once.ts'
import { emits } from './answer-request.ts'
import { otherRequests } from './requests.ts'
import { share } from './share.ts'

/** Reads what anybody publishes to the door's open subjects, so that nothing of the system's own waits behind it, however much it is. */
export default defineDoor({ takes: otherRequests, from: 'anybody', share, emits, handler: answerOnce })
