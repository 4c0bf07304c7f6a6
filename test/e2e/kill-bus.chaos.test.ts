import { test } from 'node:test'
import { killAtEvents } from '../support/demo-kill.ts'
import { everyEvent } from '../support/kill-choice.ts'

test('kill -9 of nats-server at any event of the demo: it goes on and ends the same', { timeout: 600_000, concurrency: 2 }, (t) =>
  killAtEvents(t, 'nats-server', everyEvent),
)
