import { familyOf, laneOf, mayReview, withLaneReviewers } from '../../functions/review/reviewers.ts'
import { resolveAgent } from '../../infra/agents/presets.ts'
import { withLanePack } from '../../infra/browser/browser.ts'
import type { LoadedConfig } from '../../infra/config/config.ts'
import { type DoctorFinding, optional, well } from './finding.ts'

/** Whether there is a second opinion, and of which agents' work it is a lane's. */
export function reviewFinding({ loaded }: { readonly loaded: Pick<LoadedConfig, 'config' | 'file'> }): DoctorFinding[] {
  const { agents, lanes } = withLanePack(loaded)
  const resolved = Object.entries(agents).map(([name, agent]) => [name, { ...agent, roles: resolveAgent(name, agent).roles }] as const)
  const known = withLaneReviewers({ agents: Object.fromEntries(resolved), lanes })
  const able = (role: 'implement' | 'review') => Object.keys(known).filter((name) => known[name]?.roles?.includes(role))
  const first = (writer: string) => able('review').find((name) => mayReview(known, name, writer))
  const writtenFor = (reviewer: string | undefined) => able('implement').filter((writer) => first(writer) === reviewer)
  const byLanes = able('review').filter((name) => laneOf(name) && writtenFor(name).length > 0)
  return [
    ...byLanes.map((lane) => well('review', `${lane} (${familyOf(known, lane)}) reviews what ${writtenFor(lane).join(', ')} writes`)),
    ...withoutReview(writtenFor(undefined)),
  ]
}

const withoutReview = (writers: readonly string[]): DoctorFinding[] => {
  if (writers.length === 0) return []
  const found = `nobody may review what ${writers.join(', ')} writes: every such task goes to a person after its definition of done`
  const advice =
    'add an agent of another model, or a chat page of one ([lanes.browser]), or say with agents.<name>.family that two of them are not the same'
  return [optional('review', found, advice)]
}
