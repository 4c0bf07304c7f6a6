import assert from 'node:assert/strict'
import { test } from 'node:test'
import { step } from '../../../bus/next-steps.ts'
import { createLog } from '../../../infra/app/log.ts'
import { createSecrets } from '../../../infra/secrets/secrets.ts'

test('what is known to be secret reaches no line of the log, also what is learned after it began', () => {
  const lines: string[] = []
  const secrets = createSecrets({ known: { A_KEY: 'a-plain-value' }, allow: [] })
  const log = createLog('info', secrets.maskKnown, { to: { write: (line) => void lines.push(line) } })
  log.child({ place: 'with a-plain-value' }).warn({ error: 'https://me:another-value@host refused' }, 'a-plain-value was said')
  secrets.learn({ B_KEY: 'another-value' })
  log.info({ token: 'x' }, 'another-value')
  assert.equal(lines.length, 2)
  for (const line of lines) assert.equal(typeof JSON.parse(line), 'object')
  assert.match(lines[0]!, /"with \[secret masked: value of A_KEY\]".*"\[secret masked: value of A_KEY\] was said"/)
  assert.match(lines[1]!, /"token":"\(hidden\)".*"\[secret masked: value of B_KEY\]"/)
})

test('an error in a line of the log is told by its message', () => {
  const lines: string[] = []
  const log = createLog('info', undefined, { to: { write: (line) => void lines.push(line) } })
  log.error({ error: new Error('no space left on device') }, 'a request failed')
  assert.equal(JSON.parse(lines[0]!).error, 'no space left on device')
})

test('a person who is needed reads in the log what is to be typed', () => {
  const lines: string[] = []
  const log = createLog('info', undefined, { to: { write: (line) => void lines.push(line) }, typed: (said) => `npx --prefix /c ${said}` })
  log.warn({ reason: `its plan waits (says "cortex up"): ${step('plan task-1')}`, faults: [step('dead')] }, `needed: ${step('login')}`)
  const { reason, faults, msg } = JSON.parse(lines[0] ?? '{}')
  assert.equal(reason, 'its plan waits (says "cortex up"): npx --prefix /c cortex plan task-1')
  assert.deepEqual([faults, msg], [['cortex dead'], 'needed: cortex login'])
})
