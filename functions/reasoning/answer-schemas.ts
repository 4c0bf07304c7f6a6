import { z } from 'zod'
import { Plan } from '../../bus/catalogue/plan.ts'

/** JSON Schemas of the answers that can be asked for, for the agents that enforce one. */
export const answerSchemas: Readonly<Record<'plan' | 'verdict', object>> = {
  plan: z.toJSONSchema(Plan, { io: 'output' }),
  verdict: z.toJSONSchema(
    z.object({
      approved: z.boolean(),
      findings: z.array(
        z.object({ criterion: z.string(), file: z.string(), line: z.number(), problem: z.string(), suggestion: z.string() }),
      ),
    }),
  ),
}

export type AnswerSchema = keyof typeof answerSchemas
