import type { Proof, Source } from '../../gateway/surfaces/webhooks/source.ts'
import type { IncomingConfig } from '../config/webhooks-schema.ts'

/** What senders of a kind do by themselves: all that is known of a kind, and where the configuration may say otherwise. */
export interface WebhookKind {
  /** How they prove themselves: laid down, or a signature or a token whose header and prefix the configuration says. */
  readonly proof: Proof | 'hmac' | 'bearer'
  /** `signed` may choose another proof. */
  readonly mayBeSigned?: true
  readonly eventHeader?: string
  readonly pingEvent?: string
  readonly deliveryHeader?: string
  readonly delivery?: string
  readonly each?: string
  /** The tasks they make where none are configured. */
  readonly tasks?: Source['tasks']
}

/** What an alert says, in the shape that Alertmanager and Grafana share. */
const firingAlert: Source['tasks'][number] = {
  when: { status: ['firing'] },
  title: '{{labels.alertname | Alert}}: {{annotations.summary | it is firing}}',
  description: '{{annotations.description}}\n\nLabels: {{labels}}\nSince: {{startsAt}}\nSource: {{generatorURL}}',
  category: 'infrastructure',
  priority: '{{labels.severity}}',
  project: '',
  workflow: '',
  type: '',
  depends_on: [],
  callback_url: '',
  metadata: {},
  words: { priority: { warning: 'high', error: 'high', page: 'critical', info: 'low' } },
}

export const webhookKinds: Readonly<Record<IncomingConfig['kind'], WebhookKind>> = {
  standard: { proof: { kind: 'standard' }, deliveryHeader: 'webhook-id' },
  github: {
    proof: { kind: 'hmac', header: 'x-hub-signature-256', prefix: 'sha256=', algorithm: 'sha256', encoding: 'hex', content: '{{body}}' },
    eventHeader: 'x-github-event',
    pingEvent: 'ping',
    deliveryHeader: 'x-github-delivery',
  },
  alertmanager: {
    proof: 'bearer',
    mayBeSigned: true,
    delivery: '{{fingerprint}} {{startsAt}} {{status}}',
    each: 'alerts',
    tasks: [firingAlert],
  },
  hmac: { proof: 'hmac' },
  bearer: { proof: 'bearer' },
}

/** The proof of a source: its kind's own, or which of the two that the configuration says in full. Pure. */
export const provesBy = ({ kind, signed }: IncomingConfig): Proof | 'hmac' | 'bearer' => {
  const { proof, mayBeSigned } = webhookKinds[kind]
  return mayBeSigned && signed ? signed : proof
}
