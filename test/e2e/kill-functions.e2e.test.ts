import { test } from 'node:test'
import { killAtEvents } from '../support/demo-kill.ts'
import { oneForEachStage } from '../support/kill-choice.ts'

test(
  'kill -9 of the functions process at an event that wakes each stage: the demo goes on and ends the same',
  { timeout: 240_000, concurrency: 2 },
  (t) => killAtEvents(t, 'functions', oneForEachStage),
)
