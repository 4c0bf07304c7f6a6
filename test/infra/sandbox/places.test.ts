import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namedServers } from '../../../infra/agents/confined.ts'
import { placesOfProgram, readablePlaces } from '../../../infra/sandbox/places.ts'

test('a program brings the package tree or the libraries it lies in, and no more', () => {
  assert.deepEqual(placesOfProgram('/home/me/app/node_modules/.bin/tsc'), ['/home/me/app/node_modules'])
  assert.ok(placesOfProgram('/home/me/.pyenv/versions/3.12/bin/python').includes('/home/me/.pyenv/versions/3.12/lib'))
  assert.deepEqual(placesOfProgram('/home/me/.pyenv/shims/python'), ['/home/me/.pyenv'])
  assert.deepEqual(placesOfProgram('/home/me/agent'), ['/home/me/agent'])
})

test("a tool's place that lies above a home or Cortex's data is not opened", () => {
  const places = readablePlaces(
    {
      tools: ['/home', '/home/me', '/home/me/bin'],
      named: [],
      reads: [],
      closed: ['/home/me', '/srv/.cortex'],
    },
    () => [],
  )
  assert.equal(places.includes('/home'), false)
  assert.equal(places.includes('/home/me'), false)
  assert.ok(places.includes('/home/me/bin'))
})

test("of a system's place that a closed folder lies in, what lies around that is opened", () => {
  const tree: Record<string, string[]> = {
    '/opt': ['/opt/tool', '/opt/cortex'],
    '/opt/cortex': ['/opt/cortex/bin', '/opt/cortex/data'],
  }
  const seeing = { tools: [], named: [], reads: [], closed: ['/opt/cortex/data', '/'] }
  const places = readablePlaces(seeing, (folder) => tree[folder] ?? [])
  assert.deepEqual(
    places.filter((place) => place.startsWith('/opt')),
    ['/opt/tool', '/opt/cortex/bin'],
  )
  assert.ok(places.includes('/usr'), 'whatever the home is')
})

test('of a model server that a variable names one port is opened', () => {
  const servers = namedServers({
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000/x',
    OPENAI_BASE_URL: 'https://models.example.com/v1',
    HOME: 'http://x.y',
  })
  assert.deepEqual(servers, ['127.0.0.1:4000', 'models.example.com:443'])
})
