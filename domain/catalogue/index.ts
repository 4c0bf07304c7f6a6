import type { z } from 'zod'
import type { Catalogue } from '../../bus/define-event.ts'
import { callbackEvents } from './callback.ts'
import { loopEvents } from './loop.ts'
import { gateEvents, planEvents } from './plan.ts'
import { laneEvents, reasoningEvents, turnEvents } from './reasoning.ts'
import { systemEvents } from './system.ts'
import { taskEvents } from './task.ts'
import { threadEvents } from './thread.ts'

/** Everything that can happen. One entry says all about an event: schema, meaning, version, who may ask for it. */
export const catalogue = {
  ...taskEvents,
  ...planEvents,
  ...gateEvents,
  ...reasoningEvents,
  ...turnEvents,
  ...laneEvents,
  ...loopEvents,
  ...systemEvents,
  ...callbackEvents,
  ...threadEvents,
} as const satisfies Catalogue

export type EventType = keyof typeof catalogue
export type DataOf<T extends EventType> = z.output<(typeof catalogue)[T]['data']>
export type InputOf<T extends EventType> = z.input<(typeof catalogue)[T]['data']>
