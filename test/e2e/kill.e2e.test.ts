import { test } from 'node:test'
import { killInTurn } from '../support/demo-kill.ts'
import { firstOfEachNoun, oneForEachStage } from '../support/kill-choice.ts'

test(
  'killed at an event that wakes each stage, or at an event of each kind, one after the other: the demo goes on and ends the same',
  {
    timeout: 600_000,
    concurrency: 2,
  },
  (t) => killInTurn(t, { functions: oneForEachStage, 'nats-server': firstOfEachNoun }),
)
