import { milliseconds } from '../../bus/duration.ts'
import type { StreamSettings } from '../../bus/jetstream/stream-settings.ts'
import type { Config } from '../config/config-schema.ts'

/** What `[nats.streams]` names, as the bus takes it. Pure. */
export const streamSettings = ({ nats: { streams }, gate, limits }: Pick<Config, 'nats' | 'gate' | 'limits'>): StreamSettings => ({
  replicas: streams.replicas,
  maxAgeMs: streams.max_age === undefined ? undefined : milliseconds(streams.max_age),
  timers: {
    longestMs: Math.max(milliseconds(gate.expiry), milliseconds(limits.task_age)),
    named: 'gate.expiry and limits.task_age',
  },
  ...(streams.cluster || streams.tags ? { placement: { cluster: streams.cluster, tags: streams.tags } } : {}),
})
