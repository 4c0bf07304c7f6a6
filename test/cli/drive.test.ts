import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { Cortex } from '../../cli/connect.ts'
import { driveTask } from '../../cli/drive.ts'
import { createTerminal } from '../../cli/terminal.ts'
import type { StatusAnswer } from '../../gateway/answers.ts'
import { plan, planHash } from '../support/facts.ts'
import { statusOfNew } from '../support/tasks-in-memory.ts'

const atGate = statusOfNew('task-1', { phase: 'gate', waiting_for: ['approval'], plan_revision: 1, plan_hash: planHash })
const coding = statusOfNew('task-1', { phase: 'coding', plan_revision: 1 })

/** A system that tells one state after the other, the last one on and on; `asked` hears what it was asked. */
const telling = (...states: StatusAnswer[]) => {
  const asked: string[] = []
  const answers: Record<string, () => unknown> = {
    story: () => ({ events: [], after: 0, more: false, status: states.length > 1 ? states.shift() : states[0] }),
    plan: () => ({ id: 'task-1', plan_hash: planHash, revision: 1, waits: true, offset: 0, length: 0, text: JSON.stringify(plan) }),
    approve: () => ({ id: 'task-1', outcome: 'plan.approved' }),
    question: () => ({ id: 'task-1', outcome: 'plan.questioned' }),
  }
  const ask = async (name: string) => {
    asked.push(name)
    return answers[name]?.()
  }
  return { cortex: { ask, live: () => () => undefined } as unknown as Cortex, asked }
}

/** A terminal at which a person says these words one after the other; without any, nobody sits there. */
const terminalOf = (...words: string[]) => {
  const stdout = new PassThrough()
  const terminal = createTerminal({
    stdin: new PassThrough(),
    stdout,
    stderr: new PassThrough(),
    json: false,
    typed: (sentence) => sentence,
    typedFor: () => (step) => step,
    told: (told) => told,
    noColour: true,
    interrupted: () => undefined,
  })
  return { terminal: { ...terminal, interactive: words.length > 0, ask: async () => words.shift() ?? null }, stdout }
}

const leaving = { follow: false, stay: false }

test('who leaves after the decision is told where the task is then, not that its plan still waits', async () => {
  const { cortex, asked } = telling(atGate, atGate, coding)
  const { terminal, stdout } = terminalOf()
  const status = await driveTask(cortex, 'task-1', terminal, { ...leaving, yes: true }, new AbortController().signal)
  assert.equal(status.phase, 'coding')
  assert.deepEqual(asked, ['story', 'plan', 'approve', 'story', 'story'])
  stdout.end()
  assert.match(await text(stdout), /is approved without asking/)
})

test('a decision that is typed at the terminal is waited for in the same way', async () => {
  const { cortex } = telling(atGate, atGate, statusOfNew('task-1', { phase: 'planning', plan_revision: 1 }))
  const { terminal } = terminalOf('c', 'smaller')
  const status = await driveTask(cortex, 'task-1', terminal, { ...leaving, yes: false }, new AbortController().signal)
  assert.equal(status.phase, 'planning')
})

test('where nobody decides, the plan waits and that is said', async () => {
  const { cortex, asked } = telling(atGate)
  const { terminal } = terminalOf()
  const status = await driveTask(cortex, 'task-1', terminal, { ...leaving, yes: false }, new AbortController().signal)
  assert.equal(status, atGate)
  assert.deepEqual(asked, ['story'])
})
