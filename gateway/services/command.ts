import { RequestFault } from '../../bus/define-service.ts'
import { step } from '../../bus/next-steps.ts'
import { marked } from '../../bus/noted-steps.ts'
import { withoutSecrets } from '../../functions/intake/without-secrets.ts'
import type { CommandAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'

/**
 * Sends a command through the door, where the rules are, and says what became of it. Throws `RequestFault` 409 with the
 * reasons when it was refused, 500 when the door gave it up.
 */
export const command = async (
  context: ServiceContext,
  type: string,
  body: Readonly<Record<string, unknown>> & { id: string },
): Promise<CommandAnswer> => {
  const outcome = await context.ask(type, await withoutSecrets(body, context.services.secrets))
  if (outcome.kind === 'pending') return { id: body.id, outcome: 'pending' }
  const { fact } = outcome
  if (fact.type === 'request.refused') throw new RequestFault(409, refusals(fact.data))
  if (fact.type === 'function.failed')
    throw new RequestFault(500, [`the door gave it up; \`${step('dead')}\` shows why and sends it again`])
  return { id: body.id, outcome: fact.type, sequence: fact.sequence }
}

/** Why the door refused a request, by the fact that says so. */
export const refusals = (data: unknown): string[] => {
  const faults = typeof data === 'object' && data !== null ? Reflect.get(marked(data), 'faults') : []
  return Array.isArray(faults) && faults.length > 0 ? faults.map(String) : ['it was refused without a reason']
}
