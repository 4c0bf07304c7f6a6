import { initialTask } from '../../domain/task.ts'
import type { Services } from '../ports.ts'
import { chooseLane, lanesUp } from '../reasoning/lanes.ts'
import type { AskedCreation } from './requests.ts'
import { route } from './routing.ts'

type Needs = Pick<Services, 'config' | 'agents' | 'model'>

/** Who is missing for a new task, each in words: it would only find that out after its plan. Pure. */
export const whoIsMissing = ({ id, data, by, channel }: AskedCreation, services: Needs): string[] => {
  const { workflow, planner, implementer } = route({ ...initialTask(id), created: { ...data, by, channel } }, services.config)
  const purpose = workflow === 'answer' ? 'answer' : 'plan'
  const lane = chooseLane({ purpose, avoid: [] }, services.config.lanes, lanesUp({ agent: planner, purpose }, services, undefined))
  return [
    ...(lane
      ? []
      : [
          `agents: nobody can ${purpose}: add an agent with the role "${purpose}" to cortex.toml ([agents.<name>]; a command of your own needs read_command for it), or a lane`,
        ]),
    ...(workflow === 'change' && !services.agents.has(implementer, 'implement')
      ? ['agents: nobody can write code: add an agent with the role "implement" to cortex.toml ([agents.<name>])']
      : []),
  ]
}

/** Why a new task could not be done as things stand, every reason: nobody is there for it, or its project cannot be worked on. */
export const whyUnrunnable = async (asked: AskedCreation, services: Needs & Pick<Services, 'git'>): Promise<string[]> => {
  const { project } = asked.data
  const isKnown = project !== undefined && Object.hasOwn(services.config.projects, project)
  const unusable = isKnown ? await services.git.whyUnusable(project) : null
  return [...whoIsMissing(asked, services), ...(unusable === null ? [] : [`project: ${unusable}`])]
}
