import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgentRun } from '../../../functions/ports.ts'
import { confinementOf } from '../../../infra/agents/confined.ts'
import { resolveAgent } from '../../../infra/agents/presets.ts'
import type { Scratch } from '../../../infra/agents/scratch.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'

const agent = resolveAgent('me', { command: ['me'], hosts: ['model.example.com'], reads: ['~/.me'], allow: [] })
const project = ConfigSchema.parse({ projects: { shop: { path: '/shop', network: ['registry.example.com'], reads: ['/cache'] } } })
  .projects['shop']
const open = ConfigSchema.parse({ projects: { shop: { path: '/shop', network: 'open' } } }).projects['shop']
// What a confinement depends on, and nothing else.
const scratch = { folder: '/runs/one' } as Scratch
const work = (role: AgentRun['role']) => ({ agent, scratch, given: {}, project, run: { role, cwd: '/worktrees/one' } as AgentRun })

test('only the implementer writes its worktree, and only it has the hosts and places of the project', () => {
  assert.deepEqual(confinementOf(work('implement')), {
    reads: ['~/.me', '/cache'],
    writes: ['/runs/one', '/worktrees/one'],
    hosts: ['model.example.com', 'registry.example.com'],
    isOpen: false,
  })
  for (const role of ['plan', 'review', 'answer'] as const)
    assert.deepEqual(confinementOf({ ...work(role), project: open }), {
      reads: ['~/.me', '/worktrees/one'],
      writes: ['/runs/one'],
      hosts: ['model.example.com'],
      isOpen: false,
    })
})

test('an agent whose key is put in outside reaches the hosts that its operator names, and those of its key no more', () => {
  const hosts = (config: object, hasStandIns: boolean) => {
    const claude = resolveAgent('claude', { preset: 'claude', reads: [], allow: [], ...config })
    const given = { ANTHROPIC_BASE_URL: 'http://keys.cortex.invalid' }
    return confinementOf({ ...work('plan'), agent: claude, given, hasStandIns }).hosts
  }
  assert.deepEqual(hosts({}, true), ['keys.cortex.invalid:80'])
  assert.deepEqual(hosts({ hosts: ['api.anthropic.com'] }, true), ['api.anthropic.com', 'keys.cortex.invalid:80'])
  assert.ok(hosts({}, false).includes('*.anthropic.com'))
})
