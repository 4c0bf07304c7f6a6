import type { Fact } from '../../domain/fact.ts'
import { demandedSteps, nameOfStep, phases } from '../../domain/phases.ts'
import type { Head, StepEvidence, Task } from '../../domain/task.ts'

/** Whether a task may be delivered, and if not, what is wanting, in words. */
export type Chain =
  | { kind: 'complete' }
  /** An older version of Cortex did not note what it looked at: all of it is done again. */
  | { kind: 'unnoted' }
  | { kind: 'broken'; faults: string[] }

/**
 * Whether every step that a delivery demands was passed, says the function that may say so, about the very tree that is to be
 * delivered, with something to show for it; of what nobody may review, all but the review. `tree` is what git says of the head at this moment. Pure.
 */
export const chainOf = ({ head, evidence, unreviewed }: Pick<Task, 'head' | 'evidence' | 'unreviewed'>, tree: string): Chain => {
  if (!head) return { kind: 'broken', faults: ['there is no code'] }
  const demanded = demandedSteps.filter(({ step }) => step !== 'review' || !unreviewed)
  const writer = phases.coding.listener
  const faults = [
    ...(head.by === writer ? [] : [`the code was told of by ${head.by}, which only ${writer} may`]),
    ...demanded.flatMap(({ step, giver }) => faultsOf(nameOfStep(step), giver, evidence[step], { head, tree })),
  ]
  if (faults.length > 0) return { kind: 'broken', faults }
  return demanded.every(({ step }) => evidence[step]?.saw) ? { kind: 'complete' } : { kind: 'unnoted' }
}

const faultsOf = (
  name: string,
  giver: string,
  passed: StepEvidence | undefined,
  { head, tree }: { head: Head; tree: string },
): string[] => {
  if (!passed) return [`the ${name} is missing`]
  if (passed.by !== giver) return [`the ${name} was passed by ${passed.by}, which only ${giver} may`]
  const { saw } = passed
  if (!saw) return []
  if (saw.sha !== head.sha || saw.tree !== tree)
    return [
      `the ${name} saw tree ${short(saw.tree)} of ${short(saw.sha)}, and tree ${short(tree)} of ${short(head.sha)} was to be delivered`,
    ]
  return passed.blobs?.length === 0 ? [`the ${name} has nothing to show for it`] : []
}

/**
 * What of a task's story this system has not written, in words: facts of the present run without its seal. Whoever stored them has the
 * bus's credentials and not the system's secret; nothing that rests on them is delivered. Pure.
 */
export const unsealedFaults = (facts: readonly Fact[], { runSince }: Pick<Task, 'runSince'>): string[] => {
  const unsealed = facts.filter(({ sealed, sequence }) => sealed === false && sequence >= runSince)
  if (unsealed.length === 0) return []
  const named = unsealed.slice(0, MAX_NAMED).map(({ type, source, sequence }) => `${type} in the name of ${source} (${sequence})`)
  const more = unsealed.length > MAX_NAMED ? ` and ${unsealed.length - MAX_NAMED} more` : ''
  const story = `this system has not written all of its story: ${named.join(', ')}${more} without its seal`
  return [`${story} (several data folders on one bus need the same CORTEX_SEAL_KEY; else somebody has the bus's credentials)`]
}

const MAX_NAMED = 5

const short = (hash: string): string => hash.slice(0, 12)
