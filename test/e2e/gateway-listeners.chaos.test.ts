import { test } from 'node:test'
import { allHear } from '../support/many-listeners.ts'

test('1000 listeners on one task all hear every fact and every line', { timeout: 100_000 }, (t) => allHear(t, 1000))
