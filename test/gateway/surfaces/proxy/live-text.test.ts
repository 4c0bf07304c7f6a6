import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveText } from '../../../../gateway/surfaces/proxy/live-text.ts'

test('a stream shows each new piece once, holds back what changed, and ends with the rest', () => {
  const pieces: string[] = []
  const live = liveText((delta) => pieces.push(delta))
  live.partial('One.')
  live.partial('One.')
  live.partial('One.\n\nTwo.')
  live.partial('Another.')
  live.finish(['One.\n\nTwo.\n\nThree.'], 'job-1')
  assert.deepEqual(pieces, ['One.', '\n\nTwo.', '\n\nThree.'])
  assert.equal(live.shown(), 'One.\n\nTwo.\n\nThree.')
})

test('a stream that showed something else says so and where the whole answer is', () => {
  const live = liveText(() => undefined)
  live.partial('One.')
  assert.throws(() => live.finish(['Two.'], 'job-7'), { name: 'ProxyFault', message: /\/async\/result\/job-7/ })
})

test('a stream goes on in the writing in which it began, and prefers the copy where both do', () => {
  const finishing = (shown: string): string => {
    const live = liveText(() => undefined)
    live.partial(shown)
    live.finish(['1. one\n1. two\n\nEnd.', '1. one\n2. two\n\nEnd.'], 'job-1')
    return live.shown()
  }
  assert.equal(finishing('1. one\n2. two'), '1. one\n2. two\n\nEnd.')
  assert.equal(finishing('1. one'), '1. one\n1. two\n\nEnd.')
})
