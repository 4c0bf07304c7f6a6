import { test } from 'node:test'
import { allHear } from '../support/many-listeners.ts'

test('100 listeners on one task all hear every fact and every line', (t) => allHear(t, 100))
