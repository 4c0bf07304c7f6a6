import type { z } from 'zod'
import type { WordedEvent } from '../define-event.ts'
import { attemptEvents } from './attempt.ts'
import { baseEvents } from './base.ts'
import { callbackEvents } from './callback.ts'
import { checkEvents, scanEvents } from './checks.ts'
import { codeEvents } from './code.ts'
import { finishEvents } from './finish.ts'
import { functionEvents } from './function.ts'
import { gateEvents } from './gate.ts'
import { laneEvents } from './lane.ts'
import { lessonEvents } from './lesson.ts'
import { notificationEvents } from './notification.ts'
import { planEvents } from './plan.ts'
import { reasoningEvents } from './reasoning.ts'
import { requestEvents } from './request.ts'
import { reviewEvents } from './review.ts'
import { ruleEvents } from './rule.ts'
import { taskEvents } from './task.ts'
import { threadEvents } from './thread.ts'
import { turnEvents } from './turn.ts'
import { yardstickEvents } from './yardstick.ts'

/** Everything that can happen. One entry says all about an event: schema, meaning, words, version, who may ask for it. */
export const catalogue = {
  ...taskEvents,
  ...baseEvents,
  ...planEvents,
  ...gateEvents,
  ...reasoningEvents,
  ...turnEvents,
  ...laneEvents,
  ...attemptEvents,
  ...codeEvents,
  ...reviewEvents,
  ...checkEvents,
  ...yardstickEvents,
  ...scanEvents,
  ...finishEvents,
  ...notificationEvents,
  ...requestEvents,
  ...functionEvents,
  ...callbackEvents,
  ...threadEvents,
  ...lessonEvents,
  ...ruleEvents,
} as const satisfies Readonly<Record<string, WordedEvent>>

export type EventType = keyof typeof catalogue
export type DataOf<T extends EventType> = z.output<(typeof catalogue)[T]['data']>
