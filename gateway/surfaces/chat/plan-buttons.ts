import { z } from 'zod'
import type { KeyValues } from '../../../bus/key-values.ts'
import { Id, Sha256 } from '../../../domain/catalogue/shared.ts'
import { planToken } from '../../../functions/threads/chat-origin.ts'

const ButtonPlan = z.object({ task: Id, planHash: Sha256 })
type ButtonPlan = z.infer<typeof ButtonPlan>

/** Keeps what a card's buttons stand for: some platforms take 64 bytes in a button, too few for an id and a hash. */
export const rememberPlan = async (values: KeyValues, plan: ButtonPlan): Promise<void> => {
  const { task, planHash } = plan
  await values.put(keyOf(planToken(task, planHash)), JSON.stringify({ task, planHash }))
}

/** The plan that a button stands for; undefined when it is none of ours or too old. */
export const planOfButton = async (values: KeyValues, token: string): Promise<ButtonPlan | undefined> => {
  if (!/^[0-9a-f]{24}$/.test(token)) return undefined
  const kept = await values.get(keyOf(token))
  return kept && ButtonPlan.parse(JSON.parse(kept.value))
}

const keyOf = (token: string): string => `plan.${token}`
