import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { plan } from '../../infra/agents/scripted/plan.mjs'
import { review } from '../../infra/agents/scripted/review.mjs'
import { startSimulator } from '../../simulator/simulator.ts'
import { QUICK, skippedWithoutBrowser, until } from '../support/browser-lane.ts'
import { given, of, task } from '../support/fault-scene.ts'
import { approveAndWait, ask, startMainJob, told } from '../support/main-job.ts'

const object = (found: unknown): string => `\`\`\`json\n${JSON.stringify(found, null, 2)}\n\`\`\``
const answer = (prompt: string): string => object(prompt.includes('<diff>') ? review(prompt) : plan(prompt))
const one = { agents: { alder: { preset: 'scripted' } } }

describe('a chat page that reviews by itself', { concurrency: 1 }, () => {
  test('with one agent and a page of another model the page judges the change, and the task is done without a person', async (t) => {
    if (skippedWithoutBrowser(t)) return
    await using setting = await given()
    await using page = await startSimulator({ answer })
    page.setDefaultScript(QUICK)
    const lanes = { browser: { url: page.url, window: 'headless' } }
    await using job = await startMainJob(setting.options({ config: { ...one, lanes } }))
    const end = await approveAndWait(job, ask(job, task))
    const facts = await job.facts(end.id)
    assert.equal(end.phase, 'completed', told(facts))
    assert.deepEqual(
      [of(facts, 'task.routed')[0]?.data.reviewer, of(facts, 'review.passed')[0]?.data.reviewer],
      ['lanes.browser', 'lanes.browser'],
    )
    const asked = page.facts().prompts.find(({ text }) => text.includes('<diff>'))?.text ?? ''
    for (const part of ['+goodbye', '<criteria>', '<plan>', 'You have no access to the repository itself'])
      assert.ok(asked.includes(part), part)
  })

  test('while a person must sign in there, the task waits and says so', async (t) => {
    if (skippedWithoutBrowser(t)) return
    await using setting = await given()
    await using page = await startSimulator({ answer })
    page.setDefaultScript(QUICK)
    const lanes = { browser: { url: page.url, window: 'headless', cooldown: { auth_required: '1s' } }, purpose: { plan: 'cli' } }
    await using job = await startMainJob(setting.options({ config: { ...one, lanes } }))
    await job.untilAny('lane.changed', ({ data }) => data.state === 'ready')
    page.endSession()
    const id = ask(job, task)
    await job.until('gate.opened', id)
    job.publish('plan.approved', { id })
    await job.untilAny('lane.changed', ({ data }) => data.state === 'auth_required')
    const waits = /lanes\.browser .*reviews the change.*the browser lane is held \(auth required: .*cortex login/
    let seen = ''
    const isTold = async (): Promise<boolean> => {
      seen = await why(job.httpUrl, id)
      return waits.test(seen)
    }
    await until(isTold, () => seen)
  })

  test('a change that is too long for one message is not judged by a page: a person hears why', async (t) => {
    if (skippedWithoutBrowser(t)) return
    await using setting = await given()
    await using page = await startSimulator({ answer })
    page.setDefaultScript(QUICK)
    const pack = JSON.parse(await readFile(new URL('../../browser-worker/sites/chatgpt.json', import.meta.url), 'utf8'))
    const site = setting.file('short-messages.json')
    await writeFile(site, JSON.stringify({ ...pack, limits: { ...pack.limits, maxPromptCharacters: 2000 } }))
    const lanes = { browser: { site, url: page.url, window: 'headless' }, purpose: { plan: 'cli' } }
    await using job = await startMainJob(setting.options({ config: { ...one, lanes } }))
    const end = await approveAndWait(job, ask(job, task))
    assert.equal(end.phase, 'escalated', told(await job.facts(end.id)))
    assert.match(end.end?.reason ?? '', /asked: lanes\.browser.*the page takes 2000 as one message.*make the task smaller/)
    assert.deepEqual(page.facts().prompts, [])
  })
})

const why = async (httpUrl: string, id: string): Promise<string> => {
  const status = (await (await fetch(`${httpUrl}/tasks/${id}`)).json()) as { why?: string }
  return status.why ?? JSON.stringify(status)
}
