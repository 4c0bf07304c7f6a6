import { test } from 'node:test'
import { killAtEvents } from '../support/demo-kill.ts'
import { firstOfEachNoun } from '../support/kill-choice.ts'

test('kill -9 of nats-server at an event of each kind: the demo goes on and ends the same', { timeout: 240_000, concurrency: 2 }, (t) =>
  killAtEvents(t, 'nats-server', firstOfEachNoun),
)
