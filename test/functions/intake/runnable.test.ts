import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskedCreation } from '../../../functions/intake/requests.ts'
import { whyUnrunnable } from '../../../functions/intake/runnable.ts'
import type { AgentRun } from '../../../functions/ports.ts'
import { agentsWith, config, stubServices } from '../../support/stubs.ts'

type Roles = Readonly<Record<string, readonly AgentRun['role'][]>>

const asked = (data: object): AskedCreation => ({
  type: 'task.created',
  id: 'task-1',
  by: 'ada',
  channel: 'cli',
  data: {
    title: 'x',
    description: '',
    category: 'general',
    priority: 5,
    dependsOn: [],
    metadata: {},
    source: 'cli',
    type: 'user_query',
    ...data,
  },
})

const settings = (roles: Roles, more: object = {}) =>
  config({ agents: Object.fromEntries(Object.entries(roles).map(([name, own]) => [name, { preset: 'claude', roles: own }])), ...more })

const reasons = (data: object, roles: Roles, { unusable = null, more = {} }: { unusable?: string | null; more?: object } = {}) =>
  whyUnrunnable(
    asked(data),
    stubServices({
      config: settings(roles, more),
      agents: agentsWith(roles),
      model: { configured: 'lanes' in more },
      git: { whyUnusable: async () => unusable },
    }),
  )

const api = { lanes: { api: { url: 'http://127.0.0.1:1/v1', model: 'm' } } }

test('a change needs somebody who plans, somebody who writes and a project to work on, and all that is missing is said at once', async () => {
  const all = await reasons({ project: 'shop' }, {}, { unusable: 'HEAD names no branch.' })
  assert.deepEqual(
    all.map((reason) => /nobody can \w+|HEAD names no branch/.exec(reason)?.[0]),
    ['nobody can plan', 'nobody can write', 'HEAD names no branch'],
  )
  assert.deepEqual(await reasons({ project: 'shop' }, { one: ['plan', 'implement'] }), [])
  assert.match((await reasons({ project: 'shop' }, { one: ['plan', 'review'] })).join(), /^agents: nobody can write code: add an agent/)
})

test('a lane stands in for an agent that thinks, and for none that writes', async () => {
  assert.deepEqual(await reasons({ project: 'shop' }, { one: ['implement'] }, { more: api }), [])
  assert.match((await reasons({ project: 'shop' }, {}, { more: api })).join(), /^agents: nobody can write/)
})

test('a question needs somebody who answers, and nobody who writes', async () => {
  assert.deepEqual(await reasons({}, { one: ['answer'] }), [])
  assert.match((await reasons({}, { one: ['plan', 'implement'] })).join(), /^agents: nobody can answer: .* needs read_command for it/)
  assert.deepEqual(await reasons({}, {}, { more: api }), [])
})

test('of a project that nobody knows the repository is not asked for', async () =>
  assert.deepEqual(await reasons({ project: 'attic' }, { one: ['plan', 'implement'] }, { unusable: 'it must not be asked' }), []))
