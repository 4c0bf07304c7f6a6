import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinLines, type LiveLine, liveOutput } from '../../../../gateway/surfaces/follow/live-output.ts'
import { keepRecent } from '../../../../gateway/surfaces/follow/recent.ts'

const line = (text: string, stream = 'agent', fn = 'write-code'): LiveLine => ({ fn, stream, line: text })
const piece = (at: number, text: string) => line(JSON.stringify({ at, text }), 'partial', 'ask-browser')

test('a line is told with who said it; who comes late hears the last ones again', () => {
  const output = liveOutput()
  assert.deepEqual(output.take(line('reading')), { function: 'write-code', stream: 'agent', text: 'reading' })
  for (let n = 0; n < 300; n++) output.take(line(`line ${n}`))
  const replay = output.replay()
  assert.equal(replay.length, 200)
  assert.deepEqual(replay[0], { function: 'write-code', stream: 'agent', text: 'line 100', replay: true })
})

test('what steers a terminal is told to nobody, indentation stays, and a return begins the line anew', () => {
  const told = (text: string) => liveOutput().take(line(text))?.text
  assert.equal(told('\x1b[1mbold\x1b(B\x1b[m done'), 'bold done')
  assert.equal(told('10%\r\x1b[K20%\r'), '20%')
  assert.equal(told('\u009b31mred'), 'red')
  assert.equal(told('\x1b7\x1b[2Ksaved\x1b8 \x1b=keys\x1b> \x1b]0;title\x07end'), 'saved keys end')
  assert.equal(told('  two\r\n\tthree\n'), '  two\n\tthree\n')
  assert.equal(told('a\u202Eb'), 'a\\u{202E}b')
  const output = liveOutput()
  output.take(piece(0, 'He\x1b['))
  assert.equal(output.take(piece(4, '31mllo'))?.text, 'llo')
  assert.equal(output.replay()[0]?.text, 'Hello')
})

test('what is kept for late listeners has a bound in length, too', () => {
  const output = liveOutput()
  for (let n = 0; n < 100; n++) output.take(line('x'.repeat(4000)))
  assert.equal(output.replay().length, 32)
})

test('a growing answer is told by what is new of it, and as a whole to who comes late', () => {
  const output = liveOutput()
  assert.deepEqual(output.take(piece(0, 'Hello')), { function: 'ask-browser', stream: 'partial', at: 0, text: 'Hello' })
  assert.deepEqual(output.take(piece(5, ' World')), { function: 'ask-browser', stream: 'partial', at: 5, text: ' World' })
  assert.deepEqual(output.take(piece(6, 'you')), { function: 'ask-browser', stream: 'partial', at: 6, text: 'you' })
  assert.equal(output.take(piece(99, 'lost one before')), undefined)
  assert.equal(output.take(line('no piece', 'partial', 'ask-browser')), undefined)
  assert.deepEqual(output.replay(), [{ function: 'ask-browser', stream: 'partial', at: 0, text: 'Hello you', replay: true }])
})

test('lines that were read and heard at once count once', () => {
  const stored = [line('a'), line('other', 'stderr'), line('b'), line('c')]
  const heard = [line('b'), line('c'), line('d'), line('other 2', 'stderr')]
  assert.deepEqual(
    joinLines(stored, heard).map((one) => one.line),
    ['a', 'other', 'b', 'c', 'd', 'other 2'],
  )
  assert.deepEqual(joinLines([], heard), heard)
  assert.deepEqual(
    joinLines([line('a'), line('b')], [line('a')]).map((one) => one.line),
    ['a', 'b', 'a'],
  )
})

test('of an endless list the newest are kept, and who is further behind is told so', () => {
  const recent = keepRecent<number>({ entries: 3, bytes: 100 })
  const place = recent.end()
  for (const n of [1, 2, 3]) recent.add(n, 1)
  assert.deepEqual(recent.since(place), [1, 2, 3])
  recent.add(4, 1)
  assert.equal(recent.since(place), undefined)
  assert.deepEqual(recent.since(place + 1), [2, 3, 4])
  recent.add(5, 1000)
  assert.deepEqual(recent.since(recent.end() - 1), [5])
  assert.equal(recent.since(recent.end() - 2), undefined)
})
