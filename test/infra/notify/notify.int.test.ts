import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { step } from '../../../bus/next-steps.ts'
import { createNotify } from '../../../infra/notify/notify.ts'
import { httpServer } from '../../support/http-server.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const message = { key: 'event-1', event: 'task.escalated', task: 'task-1', title: 'Mend it', reason: 'three attempts' }

async function given(escalation: { command?: string[]; webhook?: string }, code = 200) {
  const folder = await temporaryFolder()
  const server = await httpServer((_, response) => response.writeHead(code).end())
  const warnings: object[] = []
  const notify = createNotify({
    escalation: { ...escalation, ...(escalation.webhook ? { webhook: server.url + escalation.webhook } : {}) },
    dataDir: folder.path,
    env: { PATH: process.env['PATH'] },
    log: { warn: (details) => warnings.push(details) },
    typed: (step) => `here ${step}`,
    timeoutMs: 5_000,
  })
  const end = async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return { notify, server, warnings, folder: folder.path, [Symbol.asyncDispose]: end }
}

test('command and webhook both get the message, the webhook with a key against repeats', async () => {
  await using setting = await given({ command: ['sh', '-c', 'cat > told.json'], webhook: '/hook' })
  assert.deepEqual(await setting.notify.person(message), ['command', 'webhook'])
  assert.deepEqual(JSON.parse(await readFile(path.join(setting.folder, 'told.json'), 'utf8')), message)
  assert.deepEqual(JSON.parse(setting.server.requests[0]?.body ?? ''), message)
  assert.equal(setting.server.requests[0]?.headers['webhook-id'], 'event-1')
})

test('one channel that fails is logged, the other counts', async () => {
  await using setting = await given({ command: ['sh', '-c', 'echo broken >&2; exit 4'], webhook: '/hook' })
  assert.deepEqual(await setting.notify.person(message), ['webhook'])
  assert.match(JSON.stringify(setting.warnings), /exit code 4: broken/)
})

test('when every channel fails that is an error in words; with none configured nobody is told', async () => {
  await using setting = await given({ command: ['no-such-mailer'], webhook: '/hook?token=secret' }, 500)
  await assert.rejects(
    setting.notify.person(message),
    (error: Error) => /task-1: the command no-such-mailer failed.*answered 500/.test(error.message) && !error.message.includes('secret'),
  )
  await using silent = await given({})
  assert.deepEqual(await silent.notify.person(message), [])
})

test('who is told reads the steps as they are typed on the machine', async () => {
  await using setting = await given({ webhook: '/hook' })
  await setting.notify.person({ ...message, reason: `its plan still waits (says "cortex up"): ${step('approve task-1')}` })
  assert.match(JSON.parse(setting.server.requests[0]?.body ?? '').reason, /\(says "cortex up"\): here cortex approve task-1$/)
})
