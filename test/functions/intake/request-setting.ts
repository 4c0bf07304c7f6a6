import type { DoorRequest } from '../../../bus/define-function.ts'
import type { Ruling } from '../../../functions/intake/door-ruling.ts'
import { type Asked, type Rules, readRequest } from '../../../functions/intake/requests.ts'

export const request = (type: string, body: unknown, more: Partial<DoorRequest> = {}): DoorRequest => ({
  type,
  open: true,
  subject: type,
  sequence: 7,
  time: '2026-01-01T12:00:00.000Z',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
})
export const read = (type: string, body: unknown, more: Partial<DoorRequest> = {}): Asked => {
  const asked = readRequest(request(type, body, more))
  if ('faults' in asked) throw new Error(asked.faults.join('; '))
  return asked
}
export const faultsOf = (type: string, body: unknown, more: Partial<DoorRequest> = {}): string[] => {
  const asked = readRequest(request(type, body, more))
  return 'faults' in asked ? asked.faults : []
}
export const own = { open: false, subject: 'door.plan.approved' }

export const rules: Rules = { projects: ['shop'], gateChannels: ['cli', 'nats'], unconfined: null }
export const said = (ruling: Ruling): string => (ruling.kind === 'refuse' ? ruling.faults.join('; ') : ruling.kind)
