import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadRoom } from '../../bus/load-functions.ts'
import { DOOR_READER, LANE_READER } from '../../domain/readers.ts'
import { productFunctions } from '../../infra/app/product-functions.ts'
import { root } from '../support/source-tree.ts'

test('the one function that reads the door has the name that others wait for', async () => {
  const readers = [...(await productFunctions())].flatMap(([name, { door }]) => (door ? [name] : []))
  assert.deepEqual(readers, [DOOR_READER])
})

test('the one function of the browser worker has the name that others wait for', async () => {
  const room = await loadRoom(join(root, 'browser-worker'))
  assert.deepEqual(
    [...room].map(([name, { on }]) => [name, on]),
    [[LANE_READER, ['browser.asked']]],
  )
})
