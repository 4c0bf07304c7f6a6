import { test } from 'node:test'
import { killAtEveryEvent } from '../support/demo-kill.ts'

test('kill -9 of nats-server at any event of the demo: it goes on and ends the same', { timeout: 280_000 }, (t) =>
  killAtEveryEvent(t, 'nats-server'),
)
