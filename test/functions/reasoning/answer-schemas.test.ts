import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSchemas } from '../../../functions/reasoning/answer-schemas.ts'

type Node = Record<string, unknown>
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every object of a schema, from the top down. */
const nodesOf = (value: unknown): Node[] => (isNode(value) ? [value, ...Object.values(value).flatMap(nodesOf)] : [])

for (const [name, schema] of Object.entries(answerSchemas)) {
  test(`the schema of a ${name} names no draft: claude refuses those it does not know`, () => {
    assert.equal(JSON.stringify(schema).includes('$schema'), false)
  })

  test(`every object in the schema of a ${name} is closed and wants all its properties: strict endpoints take no other`, () => {
    const objects = nodesOf(schema).filter((node) => node['type'] === 'object')
    assert.ok(objects.length > 0)
    for (const node of objects) {
      assert.equal(node['additionalProperties'], false)
      assert.deepEqual(node['required'], Object.keys(node['properties'] ?? {}))
    }
  })
}
