import { z } from 'zod'

/** Which task is meant. */
export const anyTaskId = z.string().trim().min(1, 'which task?').max(128).describe('may be shortened as long as it means one task')
