import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { inAddress } from '../../../gateway/http/route-parts.ts'

test('an address says every whole number that the field takes, and no other', () => {
  const after = inAddress('after', 'query', z.int().min(-1).default(-1))
  assert.deepEqual(
    ['-1', '0', '8204', undefined].map((said) => after.parse(said)),
    [-1, 0, 8204, -1],
  )
  for (const said of ['-2', '-0', '01', '1.5', '1e3', '', ' 1', 'x']) assert.equal(after.safeParse(said).success, false, said)
})
