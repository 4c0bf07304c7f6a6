import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deniedWords, idle, withDenials } from '../../../functions/execution/denied.ts'
import { agentFailed } from '../../support/stubs.ts'

const install = 'Bash {"command":"npm install left-pad","description":"x"}'

test('an agent that changed nothing and was denied tools has failed for that, and it is said what lets them', () => {
  const failure = idle('claude', [install, 'WebFetch {"url":"http://a"}', install])
  assert.equal(failure.class, 'denied')
  assert.match(failure.reason, /claude changed nothing, and was denied: Bash .*npm install left-pad.*; WebFetch/)
  assert.match(failure.reason, /\[agents\.claude\] allow = \["Bash\(npm install:\*\)", "WebFetch"\]$/)
  assert.deepEqual(idle('claude', []), { class: 'no_change', reason: 'claude ended well and changed nothing' })
})

test('a command without a word behind it is allowed by its program alone, and a long list is cut', () => {
  assert.match(deniedWords('a', ['Bash {"command":"curl -s http://x"}']), /\["Bash\(curl:\*\)"\]/)
  assert.match(
    deniedWords(
      'a',
      Array.from({ length: 9 }, (_, n) => `Tool${n} {}`),
    ),
    /Tool4 \{\} and 4 more/,
  )
})

test('a run that failed otherwise says what it was denied beside its own reason', () => {
  const run = { ...agentFailed({ class: 'limit', reason: 'it ran out of turns.' }), denials: [install] }
  assert.ok(!run.ok)
  assert.match(withDenials(run, 'claude').reason, /^it ran out of turns\. In it, it was denied: Bash/)
  assert.equal(withDenials({ ...run, denials: [] }, 'claude').reason, 'it ran out of turns.')
})

test('a patch that could not be applied is no tool that anybody could allow', () => {
  const failure = idle('codex', ['file_change [{"path":"a.js","kind":"update"}]'])
  assert.equal(failure.class, 'no_change')
  assert.match(failure.reason, /changed nothing: what it wanted to change could not be applied \(file_change .*a\.js/)
})
