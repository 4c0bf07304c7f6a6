import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MenuItem } from '../../../browser-worker/page/in-page/menu-items.ts'
import { downgrade, otherEffort, pickItem } from '../../../browser-worker/turn/model-names.ts'

const item = (label: string, id = '', position = 0): MenuItem => ({ position, label, id, chosen: null, disabled: false })
const menu = [
  item('Auto\nDecides how long to think', 'model-switcher-gpt-5'),
  item('Thinking\nFor hard questions', 'model-switcher-gpt-5-thinking'),
  item('Pro'),
]

test('a model is found by its id, its name and an alias', () => {
  assert.equal(pickItem(menu, 'gpt-5-thinking', {})?.label.split('\n')[0], 'Thinking')
  assert.equal(pickItem(menu, 'gpt-5', {})?.label.split('\n')[0], 'Auto')
  assert.equal(pickItem(menu, 'pro', {})?.label, 'Pro')
  assert.equal(pickItem(menu, 'best', { best: 'Pro' })?.label, 'Pro')
})

test('a name that could mean two models means none', () => {
  assert.equal(pickItem([item('GPT-5 Thinking'), item('GPT-5 Thinking mini')], 'think', {}), undefined)
  assert.equal(pickItem(menu, 'gpt-9', {}), undefined)
})

const choice = { wanted: 'gpt-5-thinking', name: 'Thinking', id: 'model-switcher-gpt-5-thinking', shown: 'ChatGPT Thinking' }
const judged = (after: { named?: string; shown?: string }) =>
  downgrade(choice, { named: '', shown: choice.shown, ...after }, ['mini', 'instant'])

test('another model on the button or on the turn is a downgrade', () => {
  assert.match(judged({ shown: 'ChatGPT Instant' }) ?? '', /now shows "ChatGPT Instant"/)
  assert.match(judged({ named: 'gpt-4o' }) ?? '', /names gpt-4o/)
  assert.match(judged({ named: 'gpt-5-thinking-mini' }) ?? '', /mini/)
})

test('the wanted model under a longer name, or a page that names none, is no downgrade', () => {
  assert.equal(judged({ named: 'gpt-5-thinking' }), undefined)
  assert.equal(judged({ named: 'gpt-5-2-thinking' }), undefined)
  assert.equal(judged({}), undefined)
  assert.equal(judged({ shown: '' }), undefined)
})

test('a turn that names another effort than the wanted one was answered with that', () => {
  const named = (name: string, wanted = 'Heavy') => otherEffort(wanted, { named: name }, ['light', 'standard', 'heavy'])
  assert.match(named('gpt-pro-light') ?? '', /Heavy was chosen and the turn names gpt-pro-light/)
  assert.equal(named('gpt-pro-heavy'), undefined)
  assert.equal(named('gpt-pro'), undefined)
  const choice = { wanted: 'gpt-standard', name: 'Standard', id: '', shown: '' }
  assert.equal(otherEffort('Heavy', { named: 'gpt-standard', choice }, ['standard']), undefined)
})
