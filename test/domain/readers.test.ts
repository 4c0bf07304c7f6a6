import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadRoom } from '../../bus/load-functions.ts'
import { openDoorSubjects } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { DECISION_READER, DOOR_READER, LANE_READER, OUTSIDERS_DECISION_READER, OUTSIDERS_READER } from '../../domain/readers.ts'
import { decisions, otherRequests } from '../../functions/intake/requests.ts'
import { productFunctions } from '../../infra/app/product-functions.ts'
import { root } from '../support/source-tree.ts'

test('the functions that read the door have the names that others wait for, and no request is read by two of them', async () => {
  const readers = [...(await productFunctions())].filter(([, { door }]) => door)
  const names = [DOOR_READER, OUTSIDERS_READER, DECISION_READER, OUTSIDERS_DECISION_READER]
  assert.deepEqual(readers.map(([name]) => name).sort(), names.toSorted())
  for (const from of ['system', 'anybody']) {
    const taken = readers.flatMap(([, fn]) => (fn.from === from ? (fn.takes ?? []) : []))
    assert.deepEqual(taken.toSorted(), [...decisions, ...otherRequests].toSorted(), from)
  }
  for (const type of openDoorSubjects(catalogue))
    assert.ok([...decisions, ...otherRequests].includes(type), `${type} may be asked for, and nobody reads it`)
})

test('the one function of the browser worker has the name that others wait for', async () => {
  const room = await loadRoom(join(root, 'browser-worker'))
  assert.deepEqual(
    [...room].map(([name, { on }]) => [name, on]),
    [[LANE_READER, ['browser.asked']]],
  )
})
