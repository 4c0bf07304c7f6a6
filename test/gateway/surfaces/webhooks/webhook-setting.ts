import { createHmac } from 'node:crypto'
import type { Operations } from '../../../../gateway/operations.ts'
import type { TaskWish } from '../../../../gateway/services/task-wish.ts'
import { webhookSurface } from '../../../../gateway/surfaces/webhooks/surface.ts'
import { ConfigSchema } from '../../../../infra/config/config-schema.ts'
import { createWebhooks } from '../../../../infra/webhooks/webhooks.ts'
import { givenGateway } from '../../../support/gateway.ts'

export const SECRET = 'a secret of the test'
export const TOKEN = { authorization: 'Bearer a-token-of-the-test' }
const env = { SECRET, TOKEN: 'a-token-of-the-test' }

export const issues = {
  kind: 'github',
  secret_env: 'SECRET',
  tasks: [
    {
      when: { $event: ['issues'], action: ['opened', 'reopened'] },
      title: '{{issue.title}}',
      description: '{{issue.body | (no words)}}',
      project: '{{repository.full_name}}',
      priority: '{{issue.urgency | low}}',
      category: 'Development',
      workflow: 'change',
      metadata: { number: '{{issue.number}}' },
      words: { project: { 'acme/shop': 'shop' } },
    },
    { when: { $event: ['workflow_run'] }, title: 'Mend {{workflow_run.name}}', callback_url: '{{workflow_run.callback}}' },
  ],
}
export const alerts = { kind: 'alertmanager', secret_env: 'TOKEN' }
export const plain = {
  kind: 'bearer',
  secret_env: 'TOKEN',
  delivery_header: 'x-id',
  tasks: [{ title: '{{title}}', depends_on: ['{{after}}', '{{none}}'] }],
}

/** The gateway with these sources over a door that keeps what it is asked for. */
export const given = (sources: Record<string, unknown>, submit?: (wish: TaskWish) => Promise<{ id: string; repeated: boolean }>) => {
  const settings = { gateway: { webhooks: { in: sources } } }
  const wishes: TaskWish[] = []
  const operations: Partial<Operations> = {
    submit: async (wish) => {
      wishes.push(wish)
      const answer = (await submit?.(wish)) ?? { id: wish.id ?? '', repeated: false }
      return { sequence: 1, created_at: '2026-01-01T10:00:00.000Z', ...answer }
    },
  }
  const { sources: made } = createWebhooks({ config: ConfigSchema.parse(settings), env })
  const gateway = givenGateway({ surfaces: [webhookSurface({ sources: made })], operations, config: settings })
  const send = async (name: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) => {
    const answer = await gateway.app.request(`/hooks/${name}`, { method: 'POST', body, headers: { host: 'hooks.example.com', ...headers } })
    const told: Record<string, unknown> = await answer.json()
    return { status: answer.status, told }
  }
  return { ...gateway, wishes, send }
}

export const fromGitHub = (body: string, event: string, delivery = 'delivery-1') => ({
  'content-type': 'application/json',
  'x-github-event': event,
  'x-github-delivery': delivery,
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
})
export const opened = JSON.stringify({
  action: 'opened',
  issue: { title: ' The cart\nrounds down ', number: 7 },
  repository: { full_name: 'acme/shop' },
})
