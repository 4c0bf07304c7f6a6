import type { EventType } from '../../domain/catalogue/index.ts'
import type { CallbackSettings } from '../settings.ts'

/** Stands for a task's own callback URL among the receivers; no name in the configuration can be this. */
export const OWN_CALLBACK = 'task:callback'

/** Who is to be told of an event: everyone whom the configuration names for it, and the task's own callback URL. Pure. */
export const receiversOf = ({ out, callback_events }: CallbackSettings, type: EventType, callbackUrl: string | undefined): string[] => {
  const wants = (events: readonly string[]): boolean => events.includes(type)
  const named = Object.entries(out).flatMap(([name, { events }]) => (wants(events) ? [name] : []))
  return callbackUrl !== undefined && wants(callback_events) ? [...named, OWN_CALLBACK] : named
}
