import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOverShare, type Share, sendersOf, UNKNOWN } from '../../bus/shares.ts'

const share: Share = { each: { count: 3, bytes: 100 }, all: { count: 5, bytes: 1000 }, few: 1, senders: 2 }
const nothing = { count: 0, bytes: 0 }
const since = 0

const given = () => {
  const senders = sendersOf(share)
  return {
    ...senders,
    saw: (sender: string, key: string, { bytes = 1, at = 10 } = {}) => senders.saw({ key, sender, bytes, at }),
    whose: (key: string, at = 10) => senders.whose({ key, at, since }),
  }
}

test('a sender has its share when it has as many requests undecided, or as many bytes', () => {
  assert.equal(isOverShare({ count: 2, bytes: 99 }, { count: 2, bytes: 99 }, share, 1), false)
  assert.equal(isOverShare({ count: 3, bytes: 3 }, { count: 3, bytes: 3 }, share, 1), true)
  assert.equal(isOverShare({ count: 1, bytes: 100 }, { count: 1, bytes: 100 }, share, 1), true)
})

test('when all together have theirs, a few requests are left to every sender', () => {
  assert.equal(isOverShare(nothing, { count: 5, bytes: 5 }, share, 1), false)
  assert.equal(isOverShare({ count: 1, bytes: 1 }, { count: 5, bytes: 5 }, share, 1), true)
  assert.equal(isOverShare({ count: 1, bytes: 1 }, { count: 4, bytes: 1000 }, share, 1), true)
})

test('who opens connection after connection has no share with each of them once all together have theirs', () => {
  const { saw, whose } = given()
  for (const key of ['a', 'b', 'c']) saw('one', key)
  for (const key of ['d', 'e', 'f']) saw('two', key)
  for (const sender of ['three', 'four', 'five']) saw(sender, `of ${sender}`)
  assert.deepEqual(
    ['of three', 'of four', 'of five'].map((key) => whose(key).isOver),
    [true, true, true],
  )
})

test('what was seen is known by its content, also among many of others, and what came after a share was full is over', () => {
  const { saw, whose } = given()
  for (const key of ['a', 'b', 'c', 'd', 'e']) saw('flooder', key)
  saw('other', 'mine')
  const found = ['a', 'b', 'c', 'd', 'mine', 'e'].map((key) => whose(key))
  assert.deepEqual(
    found.map(({ sender, isOver: over }) => `${sender}${over ? ' over' : ''}`),
    ['flooder', 'flooder', 'flooder', 'flooder over', 'other', 'flooder over'],
  )
  assert.deepEqual(whose('never seen'), { sender: UNKNOWN, isOver: false })
})

test('what is decided on makes place for more', () => {
  const { saw, whose, decided } = given()
  for (const key of ['a', 'b', 'c']) saw('flooder', key)
  decided('flooder', 1)
  saw('flooder', 'd')
  assert.equal(whose('d').isOver, false)
})

test('what was stored before anybody looked is from nobody known, and never over', () => {
  const senders = sendersOf(share)
  for (const key of ['a', 'b', 'c', 'd']) senders.saw({ key, sender: 'flooder', bytes: 1, at: 10 })
  assert.deepEqual(senders.whose({ key: 'old', at: 5, since: 8 }), { sender: UNKNOWN, isOver: false })
  assert.equal(senders.whose({ key: 'd', at: 10, since: 8 }).isOver, true)
})

test('what the system itself sends there has no quota', () => {
  const { saw, whose } = given()
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) saw(UNKNOWN, key)
  assert.deepEqual(whose('f'), { sender: UNKNOWN, isOver: false })
})

test('what was seen and never stored counts no more once all that was stored so long after it has come', () => {
  const { saw, whose, read } = given()
  for (const key of ['a', 'b', 'c', 'repeated']) saw('steady', key, { at: 1000 })
  saw('steady', 'over too', { at: 5000 })
  read(9000)
  saw('steady', 'still over', { at: 9000 })
  assert.equal(whose('still over').isOver, true)
  read(200_000)
  saw('steady', 'd', { at: 200_000 })
  assert.deepEqual(whose('d'), { sender: 'steady', isOver: false })
  assert.deepEqual(whose('over too', 200_000), { sender: UNKNOWN, isOver: false })
})

test('of what nobody known sends only so much is noted down as all may have undecided, and none of it for longer than anything else', () => {
  const { saw, whose, read } = given()
  const keys = Array.from({ length: 100 }, (_, n) => `of nobody ${n}`)
  const noted = (at: number): number => {
    for (let n = 0; n < 100; n++) saw('flooder', `of a flooder ${n}`, { at })
    for (const key of keys) saw(UNKNOWN, key, { at })
    // What is stored and was not noted down counts as his who is over.
    return keys.slice(0, 90).filter((key) => !whose(key, at).isOver).length
  }
  assert.equal(noted(10), share.all.count)
  for (const key of keys) saw(UNKNOWN, key)
  read(20_000)
  assert.equal(noted(20_000), share.all.count)
})
