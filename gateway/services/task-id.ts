import { z } from 'zod'

/** Which task is meant. */
export const anyTaskId = z.string().regex(/\S/, 'which task?').max(128).trim().describe('may be shortened as long as it means one task')
