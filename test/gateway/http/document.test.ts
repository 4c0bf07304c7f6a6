import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { followSurface } from '../../../gateway/surfaces/follow/surface.ts'
import { operationSurface } from '../../../gateway/surfaces/operations/surface.ts'
import type { OperatorNeeds } from '../../../gateway/surfaces/operator/needs.ts'
import { operatorSurface } from '../../../gateway/surfaces/operator/surface.ts'
import { taskSurface } from '../../../gateway/surfaces/tasks/surface.ts'
import { toolSurface } from '../../../gateway/surfaces/tools/surface.ts'
import { givenGateway } from '../../support/gateway.ts'
import { roomyDisk } from '../../support/stubs.ts'

interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string }[]
  responses: Record<string, object>
}
interface Document {
  openapi: string
  security: object[]
  paths: Record<string, Record<string, Operation>>
}

const follower = { follow: assert.fail, stop: assert.fail }

const given = (token?: string) => {
  const needs: OperatorNeeds = {
    views: { dispatches: async () => [], workload: () => Promise.reject(new Error('not asked here')), health: async () => [] },
    ping: async () => undefined,
    door: async () => ({ bytes: 7, isOpen: true }),
    disk: roomyDisk,
    refusals: { all: () => [] },
    startedAt: new Date(0),
    version: '1.2.3',
  }
  const verify = () => ({ name: 'ada', scopes: ['read' as const], isLocal: false })
  return givenGateway({
    surfaces: [toolSurface(), taskSurface(), operationSurface(), followSurface({ follower }), operatorSurface(needs)],
    guards: { tokensRequired: token !== undefined, verify },
  })
}

const read = async (token?: string): Promise<Document> => {
  const answer = await given(token).ask('/openapi.json', token ? { headers: { authorization: `Bearer ${token}` } } : {})
  assert.equal(answer.status, 200)
  // A test's own look at what was answered.
  return (await answer.json()) as Document
}

test('the document is valid OpenAPI 3.1, and the validator would notice if it were not', async () => {
  const document = await read()
  const { valid, errors } = await new Validator().validate({ ...structuredClone(document) })
  assert.deepEqual([document.openapi, valid, errors], ['3.1.0', true, undefined])
  const broken = { ...structuredClone(document), paths: { '/status': { get: { nonsense: 1 } } } }
  assert.equal((await new Validator().validate(broken)).valid, false)
})

test('every route has a name of its own, says what it does, and tells of refusals', async () => {
  const operations = Object.values((await read()).paths).flatMap((path) => Object.values(path))
  assert.ok(operations.length >= 18)
  const names = operations.map(({ operationId }) => operationId)
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted())
  for (const { operationId, summary, tags, responses } of operations) {
    assert.ok(operationId && summary && tags?.length, JSON.stringify({ operationId, summary, tags }))
    for (const code of operationId === 'getHealth' ? ['200', '503'] : ['200', '401', '403', '429', '500', '503'])
      assert.ok(responses[code], `${operationId} does not tell of ${code}`)
  }
})

test('every route but those of probes refuses what it does not know in its address, all of it at once, and names what it knows', async () => {
  const { ask } = given()
  for (const [path, methods] of Object.entries((await read()).paths))
    for (const [method, { operationId, parameters = [] }] of Object.entries(methods)) {
      const answer = await ask(`${path.replaceAll(/\{\w+\}/g, 'x')}?limti=5&__proto__=1`, { method: method.toUpperCase() })
      // A test's own look at what was answered.
      if (['/health', '/metrics'].includes(path)) {
        assert.notEqual(answer.status, 400, path)
        continue
      }
      const { faults } = (await answer.json()) as { faults?: string[] }
      const known = parameters.filter((one) => one.in === 'query').map(({ name }) => name)
      const why = known.length > 0 ? `knows ${known.join(', ')}` : 'takes nothing in its address'
      const told = ['limti', '__proto__'].map((name) => `${name}: is not known here; ${method.toUpperCase()} ${path} ${why}`)
      assert.deepEqual([answer.status, faults], [400, told], operationId ?? path)
    }
  const answer = await ask('/tasks?limti=5&limit=many')
  assert.match(await answer.text(), /limti: is not known.*limit: a whole number is needed/)
})

test('a token is asked for where one is needed', async () => {
  assert.deepEqual((await read()).security, [{}, { token: [] }])
  assert.deepEqual((await read('ctx_1')).security, [{ token: [] }])
})
