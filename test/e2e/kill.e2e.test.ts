import { test } from 'node:test'
import { killInTurn } from '../support/demo-kill.ts'
import { oneForEachFunction, oneOfEachKind } from '../support/kill-choice.ts'

test(
  'the functions killed at an event that wakes each of them, the bus at each kind of event, one after the other: the demo goes on and ends the same',
  {
    timeout: 600_000,
    concurrency: 2,
  },
  (t) => killInTurn(t, { functions: oneForEachFunction, 'nats-server': oneOfEachKind }),
)
