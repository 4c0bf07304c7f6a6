import { test } from 'node:test'
import routeReasoning from '../../../functions/reasoning/route-reasoning.ts'
import { cancelled, created, requested, routed, started } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { agentsWith } from '../../support/stubs.ts'

const services = { agents: agentsWith(), model: { configured: true } }

test('a question goes to the command line of its agent, as a job of its own', () =>
  given(created(), routed(), started())
    .when(requested(), { services })
    .of(routeReasoning)
    .then('cli.asked', { ...requested().data, job: 'job-event-4', lane: 'cli', images: [], warnings: [], retries: 0, avoid: [] }))

test('a lane that just failed is left out; one that sees no repository gets the files first', () =>
  given(created())
    .when(requested({ avoid: ['cli'] }), { services })
    .of(routeReasoning)
    .then('reasoning.routed', { lane: 'api', avoid: ['cli'] }))

for (const purpose of ['plan', 'review', 'answer'] as const)
  test(`when no lane can take a ${purpose} it is unanswered in words, and not lost`, () =>
    given(created())
      .when(requested({ purpose, agent: 'gemini' }), { services: { agents: agentsWith(), model: { configured: false } } })
      .of(routeReasoning)
      .then(`${purpose}.unanswered`, {
        code: 'missing',
        retryable: false,
        request: { purpose, agent: 'gemini' },
        reason:
          /agent "gemini" is not configured for .* knows claude, codex\), and neither \[lanes\.browser\] nor \[lanes\.api\] is configured/,
      }))

test('nothing is asked for a task that has ended', () =>
  given(created(), cancelled()).when(requested(), { services }).of(routeReasoning).thenEnded())
