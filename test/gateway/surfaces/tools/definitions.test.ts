import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { DefinitionFormat } from '../../../../domain/choices.ts'
import { definitionsOf } from '../../../../gateway/surfaces/tools/definitions.ts'
import { toolSurface } from '../../../../gateway/surfaces/tools/surface.ts'
import { tools } from '../../../../gateway/surfaces/tools/tools.ts'
import { givenGateway } from '../../../support/gateway.ts'

const [create] = tools
const schemaIn: Readonly<Record<DefinitionFormat, (definition: Record<string, unknown>) => unknown>> = {
  anthropic: ({ input_schema }) => input_schema,
  openai: ({ function: fn }) => (fn as Record<string, unknown>)['parameters'],
  'openai-responses': ({ parameters }) => parameters,
}

test('every format has every tool with its schema, which takes what the tool takes', () => {
  assert.ok(create)
  for (const [format, schemaOf] of Object.entries(schemaIn)) {
    const definitions = definitionsOf(tools, format as DefinitionFormat) as Record<string, unknown>[]
    assert.equal(definitions.length, tools.length)
    const schema = schemaOf(definitions[0] ?? {}) as Record<string, unknown>
    assert.deepEqual([schema['type'], schema['required']], ['object', ['title']], format)
    const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema)
    const wish = { title: 'x', category: 'security', priority: 'high', depends_on: ['task-a'], metadata: { a: 1 } }
    assert.ok(fits(wish) && create.input.safeParse(wish).success)
    const wrong = { title: '', category: 'cooking' }
    assert.ok(!fits(wrong) && !create.input.safeParse(wrong).success)
  }
})

test('the names and descriptions are what chat backends take, and say that many calls in one turn are welcome', () => {
  for (const { name, description } of tools) {
    assert.match(name, /^cortex_[a-z_]{1,50}$/)
    assert.ok(description.length > 40 && description.length < 1024, name)
  }
  assert.match(create?.description ?? '', /many times in one turn/)
})

test('GET /tools answers them in the format asked for', async () => {
  const { ask } = givenGateway({ surfaces: [toolSurface()] })
  const first = async (query: string) => ((await (await ask(`/tools${query}`)).json()) as Record<string, unknown>[])[0]
  assert.equal((await first(''))?.['name'], 'cortex_create_task')
  assert.equal((await first('?format=openai'))?.['type'], 'function')
  assert.equal((await first('?format=openai-responses'))?.['strict'], false)
  assert.equal((await ask('/tools?format=other')).status, 400)
  assert.equal((await ask('/tools?fromat=openai')).status, 400)
})

test('the description of /execute-tool has every tool with what it takes', () => {
  const { app } = givenGateway({ surfaces: [toolSurface()], config: { gateway: { deciding_tools: true } } })
  const { paths = {} } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Cortex', version: '0' } })
  const body = JSON.stringify(paths['/execute-tool']?.post?.requestBody)
  for (const { name } of tools) assert.ok(body.includes(`"const":"${name}"`), name)
  assert.ok(paths['/tools']?.get)
})
