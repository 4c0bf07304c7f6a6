import { z } from 'zod'
import { LearnerAnswer, SameAnswer } from '../../domain/catalogue/lesson.ts'
import { Plan } from '../../domain/catalogue/plan.ts'
import { RuleAnswer } from '../../domain/catalogue/rule.ts'

/** Without `$schema`: claude refuses a schema that names a draft it does not know. */
const jsonSchema = (shape: z.ZodType): object => {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'output' })
  return schema
}

/** JSON Schemas of the answers that can be asked for, for the agents that enforce one. */
export const answerSchemas: Readonly<Record<'plan' | 'verdict' | 'lessons' | 'same' | 'rule', object>> = {
  plan: jsonSchema(Plan),
  lessons: jsonSchema(LearnerAnswer),
  same: jsonSchema(SameAnswer),
  rule: jsonSchema(RuleAnswer),
  verdict: jsonSchema(
    z.object({
      approved: z.boolean(),
      findings: z.array(
        z.object({ criterion: z.string(), file: z.string(), line: z.number(), problem: z.string(), suggestion: z.string() }),
      ),
    }),
  ),
}
