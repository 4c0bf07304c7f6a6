import { z } from 'zod'

const Said = z
  .union([z.string(), z.number(), z.looseObject({}), z.array(z.unknown())])
  .nullish()
  .catch(null)
const Evidence = z.looseObject({
  snippet_id: Said,
  quote: Said,
  dom_anchor: Said,
  screenshot_region: Said,
  model_path: Said,
  reasoning_note: Said,
})

/** The evidence that the model gives in its JSON answer: what is no object in the list is left out, what is not said is null. */
export const evidenceOf = (answer: Readonly<Record<string, unknown>> | null) => {
  const list = Array.isArray(answer?.evidence) ? answer.evidence : []
  return list.flatMap((one: unknown) => {
    const read = Evidence.safeParse(one)
    if (!read.success) return []
    const { snippet_id, quote, dom_anchor, screenshot_region, model_path, reasoning_note } = read.data
    const told = { snippet_id, quote, dom_anchor, screenshot_region, model_path, reasoning_note }
    return [Object.fromEntries(Object.entries(told).map(([key, value]) => [key, value ?? null]))]
  })
}

/** How sure the model is by its own word, 0 to 1; null when it does not say. */
export const confidenceOf = (answer: Readonly<Record<string, unknown>> | null): number | null => {
  const confidence = answer?.confidence
  return typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : null
}
