import { RequestFault } from '../../../bus/define-service.ts'
import type { KeyValues } from '../../../bus/key-values.ts'
import { plain } from '../../../functions/threads/plain-words.ts'
import { planOfButton } from './plan-buttons.ts'
import { callerName, mayDecide, type Person, type Reception } from './reception.ts'

/** A button of a plan's card was pressed. */
export interface Click {
  readonly platform: string
  /** `plan_approve` or `plan_reject`. */
  readonly action: string
  readonly token: string
  readonly person: Person
}

/** Decides about exactly the plan, or the change of tests, that the card showed, and returns what the person is told. Throws what a repetition may outlive. */
export const clickedPlan = async (
  { platform, action, token, person }: Click,
  { settings, operations, values }: Pick<Reception, 'settings' | 'operations'> & { values: KeyValues },
): Promise<string> => {
  if (!mayDecide(person, settings))
    return `You may not decide about plans here: gateway.chat.${platform}.people does not name ${person.id}.`
  const plan = await planOfButton(values, token)
  if (!plan) return 'This card is too old to decide on: `approve <id>` does it.'
  const { task: id, planHash } = plan
  const allowed = operations({ name: callerName(platform, person), scopes: ['create', 'read', 'approve'] })
  try {
    const { outcome } =
      action === 'plan_approve'
        ? await allowed.approve({ id, planHash })
        : await allowed.reject({ id, planHash, reason: 'rejected in the chat' })
    if (outcome === 'yardstick.approved') return `You let the change of \`${id}\` be judged by its own tests (${planHash.slice(0, 8)}).`
  } catch (error) {
    if (error instanceof RequestFault && error.code < 500 && error.code !== 429)
      return `${planHash.slice(0, 8)} of \`${id}\` was not decided: ${plain(error.faults.join('; '))}`
    throw error
  }
  return `You ${action === 'plan_approve' ? 'approved' : 'rejected'} plan ${planHash.slice(0, 8)} of \`${id}\`.`
}
