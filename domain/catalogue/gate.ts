import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { Sha256, Unconfined } from './shared.ts'

export const gateEvents = {
  'gate.opened': defineEvent({
    summary: 'The plan waits for a person.',
    remembered: true,
    data: z.object({ planHash: Sha256, expiresAt: z.string(), unconfined: Unconfined.optional() }),
    words: ({ planHash, expiresAt, unconfined }) =>
      `plan ${planHash.slice(0, 8)} waits for a person until ${expiresAt}${unconfined ? `; WITHOUT A SANDBOX: ${unconfined}` : ''}`,
  }),
  'gate.reminded': defineEvent({
    summary: 'Half of the waiting time is over (a timer).',
    data: z.object({ planHash: Sha256, expiresAt: z.string() }),
    words: ({ planHash }) => `half of the time for plan ${planHash.slice(0, 8)} is over`,
  }),
  'gate.expired': defineEvent({
    summary: 'The waiting time is over (a timer; it decides nothing).',
    data: z.object({ planHash: Sha256 }),
    words: ({ planHash }) => `nobody decided on plan ${planHash.slice(0, 8)} in time`,
  }),
}
