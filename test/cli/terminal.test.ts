import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { createTerminal } from '../../cli/terminal.ts'

const atTerminal = (interrupted: () => void) => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  return {
    stdin,
    terminal: createTerminal({
      stdin,
      stdout,
      stderr: new PassThrough(),
      json: false,
      typed: (sentence) => sentence,
      typedFor: () => (step) => step,
      told: (words) => words,
      noColour: true,
      interrupted,
    }),
  }
}

test('Ctrl-C while a question stands is an interrupt, and no answer', async () => {
  let interrupts = 0
  const { stdin, terminal } = atTerminal(() => (interrupts += 1))
  const answer = terminal.ask('Approve? ', new AbortController().signal)
  stdin.write('\x03')
  assert.equal(await answer, null)
  assert.equal(interrupts, 1)
})

test('an answer is the line, and the end of the input is none', async () => {
  const { stdin, terminal } = atTerminal(() => assert.fail('nobody interrupted'))
  const answer = terminal.ask('Approve? ', new AbortController().signal)
  stdin.write('yes\r')
  assert.equal(await answer, 'yes')
  const nobody = terminal.ask('Approve? ', new AbortController().signal)
  stdin.end()
  assert.equal(await nobody, null)
})
