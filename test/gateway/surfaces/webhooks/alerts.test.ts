import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { alerts, given, SECRET, TOKEN } from './webhook-setting.ts'

const alert = (name: string, more: Record<string, unknown> = {}) => ({
  status: 'firing',
  labels: { alertname: name, severity: 'warning' },
  annotations: { summary: `${name} is high`, description: 'look at it' },
  startsAt: '2026-01-01T10:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example.com/graph',
  fingerprint: `fingerprint of ${name}`,
  ...more,
})

test('each firing alert of one notification is a task of its own; resolved ones are ignored', async () => {
  const { send, wishes } = given({ alerts })
  const body = {
    version: '4',
    status: 'firing',
    receiver: 'cortex',
    alerts: [alert('CPU'), alert('Disk'), alert('Old', { status: 'resolved' })],
  }
  const { status, told } = await send('alerts', JSON.stringify(body), TOKEN)
  assert.equal(status, 202)
  assert.deepEqual(
    wishes.map(({ title, priority, category }) => [title, priority, category]),
    [
      ['CPU: CPU is high', 3, 'infrastructure'],
      ['Disk: Disk is high', 3, 'infrastructure'],
    ],
  )
  assert.match(wishes[0]?.description ?? '', /^look at it\n\nLabels: \{"alertname":"CPU".*\nSince: 2026-01-01T10:00:00Z/)
  assert.match(JSON.stringify(told), /"ignored","why":"no mapping is for it: status is \\"resolved\\""/)
})

test('an alert that fires on is the same task, in whatever company; one that begins again is another', async () => {
  const { send, wishes } = given({ alerts })
  const notify = async (...list: unknown[]) => {
    await send('alerts', JSON.stringify({ alerts: list }), TOKEN)
    return wishes.splice(0).map(({ id }) => id)
  }
  const [cpu, disk] = await notify(alert('CPU'), alert('Disk'))
  assert.notEqual(cpu, disk)
  assert.deepEqual(await notify(alert('Disk', { annotations: { summary: 'higher' } }), alert('CPU')), [disk, cpu])
  assert.notEqual((await notify(alert('CPU', { startsAt: '2026-01-01T11:00:00Z' })))[0], cpu)
  const nameless = await notify(alert('A', { fingerprint: undefined }), alert('B', { fingerprint: undefined }))
  assert.equal(new Set(nameless).size, 2, 'without a fingerprint the body and the place in it tell alerts apart')
})

test('an alert whose words changed is the task that it was, which is no fault of the sender', async () => {
  const { send, logged } = given({ alerts }, async (wish) => {
    if (wish.title.startsWith('CPU')) throw new RequestFault(409, ['task-hook-alerts-x is another task already'])
    return { id: wish.id ?? '', repeated: true }
  })
  const { status, told } = await send('alerts', JSON.stringify({ alerts: [alert('CPU'), alert('Disk')] }), TOKEN)
  assert.equal(status, 202)
  assert.match(JSON.stringify(told), /"differs","why":"task-hook-alerts-x is another.*"repeated"/)
  assert.match(logged.at(-1)?.line ?? '', /another task already/)
  assert.equal((await send('alerts', JSON.stringify({ alerts: [alert('CPU')] }), TOKEN)).status, 200)
})

test('a list that is not there, or is too long, is refused', async () => {
  const { send, wishes } = given({ alerts })
  assert.equal((await send('alerts', '{"alert":[]}', TOKEN)).status, 400)
  const many = Array.from({ length: 501 }, (_, index) => ({ status: 'firing', fingerprint: `${index}` }))
  assert.equal((await send('alerts', JSON.stringify({ alerts: many }), TOKEN)).status, 413)
  assert.equal((await send('alerts', '{"alerts":[]}', TOKEN)).status, 200)
  assert.equal(wishes.length, 0)
})

test("Grafana's alerts come in the same shape, signed with their time", async () => {
  const settings = { kind: 'alertmanager', signed: 'hmac', secret_env: 'SECRET', header: 'X-Grafana-Alerting-Signature' }
  const timed = { timestamp_header: 'X-Grafana-Alerting-Timestamp', content: '{{timestamp}}:{{body}}' }
  const { send, wishes } = given({ alerts: { ...settings, ...timed } })
  const body = JSON.stringify({
    receiver: 'cortex',
    orgId: 1,
    state: 'alerting',
    alerts: [alert('CPU', { values: { A: 97 }, silenceURL: 'x' })],
  })
  const signed = (seconds: number) => ({
    'x-grafana-alerting-timestamp': String(seconds),
    'x-grafana-alerting-signature': createHmac('sha256', SECRET).update(`${seconds}:${body}`).digest('hex'),
  })
  const now = Math.floor(Date.now() / 1000)
  assert.equal((await send('alerts', body, signed(now))).status, 202)
  assert.equal((await send('alerts', body, signed(now - 400))).status, 400)
  assert.equal((await send('alerts', body, { ...signed(now), 'x-grafana-alerting-timestamp': String(now + 1) })).status, 401)
  assert.deepEqual(
    wishes.map(({ title }) => title),
    ['CPU: CPU is high'],
  )
})
