import { z } from 'zod'
import type { Facts } from './facts.ts'
import { type ModeChange, modeChangeSchema } from './mode.ts'
import { type ScriptInput, scriptSchema } from './script.ts'
import { sessionEnd, sessionFound } from './session.ts'
import { newState } from './state.ts'
import type { World } from './world.ts'

/** What tests and people switch, in words of the code; each change is checked, and a wrong field is an error. */

export const queueScripts = (world: World, scripts: readonly ScriptInput[]): void => {
  const checked = z.array(scriptSchema).parse(scripts)
  world.change((state) => ({ scripts: [...state.scripts, ...checked] }))
}

export const setDefaultScript = (world: World, script: ScriptInput): void => {
  const checked = scriptSchema.parse(script)
  world.change(() => ({ defaultScript: checked }))
}

/** The time of a timed mode counts from here. */
export const setMode = (world: World, change: ModeChange): void => {
  const checked = modeChangeSchema.parse(change)
  world.change((state) => ({
    mode: { ...state.mode, ...checked },
    ...(checked.challenge ? { challengeSince: Date.now() } : {}),
    ...(checked.rateLimited ? { rateLimitedSince: Date.now() } : {}),
  }))
}

export const setDraft = (world: World, text: string, conversation: string | undefined): void =>
  world.change((state) => ({ drafts: { ...state.drafts, [conversation ?? 'new']: text } }))

export const signEverybodyOut = (world: World): void => world.change(sessionEnd)

export const findSession = (world: World): void => world.change(sessionFound)

export const reset = (world: World): void => world.change(({ session }) => newState(session))

export const factsOf = ({ state }: World): Facts =>
  structuredClone({ prompts: state.prompts, reached: state.reached, clicks: state.clicks })
