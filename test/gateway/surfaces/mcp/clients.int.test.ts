import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { HttpCaller } from '../../../../gateway/http/gateway-app.ts'
import { mcpSurface } from '../../../../gateway/surfaces/mcp/surface.ts'
import { tools } from '../../../../gateway/surfaces/tools/tools.ts'
import { servedGateway } from '../../../support/gateway.ts'
import { type ClientOptions, eras, openMcpClient, type PersonAnswer } from '../../../support/mcp.ts'
import { planHash, storedPlan, stubCortex } from './cortex-stub.ts'

/** The SDK's clients of both protocol eras against the surface, over a real connection. */

const readerOnly: HttpCaller = { name: 'watcher', scopes: ['read'], isLocal: false }
const surface = mcpSurface({ tools, version: '1.2.3', onFact: () => undefined, key: randomBytes(32) })

const given = async (options: Pick<ClientOptions, 'era' | 'person'> & { token?: string }) => {
  await using stack = new AsyncDisposableStack()
  const { state, operations } = stubCortex()
  const verify = (token: string) => (token === 'reader' ? readerOnly : undefined)
  const gateway = stack.use(await servedGateway({ surfaces: [surface], operations, guards: { verify } }))
  const { token, ...client } = options
  const open = () => openMcpClient({ ...client, where: { url: `${gateway.url}/mcp`, ...(token ? { token } : {}) } })
  const mcp = stack.use(await open())
  const all = stack.move()
  return { mcp, state, gateway, open, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

for (const era of eras) {
  test(`${era}: a client learns who serves it and what there is, in a fixed order`, async () => {
    await using setting = await given({ era })
    assert.equal(setting.mcp.client.getServerVersion()?.version, '1.2.3')
    assert.match(setting.mcp.client.getInstructions() ?? '', /cortex_create_task/)
    const listed = await setting.mcp.tools()
    assert.deepEqual(
      listed.map(({ name }) => name),
      [...tools.map(({ name }) => name), 'cortex_review_plan', 'cortex_wait_for_task'],
    )
    for (const { name, description, inputSchema } of listed) {
      assert.match(name, /^[A-Za-z0-9_.-]{1,128}$/)
      assert.ok(description)
      assert.equal(inputSchema['type'], 'object')
    }
    assert.deepEqual(await setting.mcp.tools(), listed)
  })

  test(`${era}: a task that is created is in the caller's name, on the channel mcp`, async () => {
    await using setting = await given({ era })
    const answer = await setting.mcp.call('cortex_create_task', { title: 'Look at the logs', priority: 'high' })
    assert.equal(answer.structured?.['task_id'], 'task-chat-1')
    assert.deepEqual(JSON.parse(answer.text), answer.structured)
    assert.equal((setting.state.created[0] as { priority: number }).priority, 3)
    assert.deepEqual(setting.gateway.callers.at(-1), { name: 'ada', channel: 'mcp' })
  })

  test(`${era}: what is wrong with a call is told in words, all at once, and is no error of the protocol`, async () => {
    await using setting = await given({ era })
    const answer = await setting.mcp.call('cortex_create_task', { category: 'gardening' })
    assert.equal(answer.isError, true)
    assert.match(answer.text, /title/)
    assert.match(answer.text, /category/)
    assert.equal(setting.state.created.length, 0)
  })

  test(`${era}: what fails inside says nothing of the inside, and the log does`, async () => {
    await using setting = await given({ era })
    const answer = await setting.mcp.call('cortex_get_metrics')
    assert.equal(answer.isError, true)
    assert.doesNotMatch(answer.text, /hunter2/)
    assert.match(JSON.stringify(setting.gateway.logged), /an MCP request failed/)
  })

  test(`${era}: a tool that does not exist is an error of the protocol`, async () => {
    await using setting = await given({ era })
    await assert.rejects(setting.mcp.call('cortex_fly'), /cortex_fly not found/)
  })

  test(`${era}: recent tasks are resources, and every part of a task can be read`, async () => {
    await using setting = await given({ era })
    const { resources } = await setting.mcp.client.listResources()
    assert.deepEqual(
      resources.map(({ uri, title }) => [uri, title]),
      [['cortex://tasks/task-1/status', 'Count every piece']],
    )
    const { resourceTemplates } = await setting.mcp.client.listResourceTemplates()
    assert.deepEqual(
      resourceTemplates.map(({ uriTemplate }) => uriTemplate.replace('cortex://tasks/{id}/', '')),
      ['status', 'story', 'plan', 'diff', 'logs', 'logs/{number}'],
    )
    assert.equal(await setting.mcp.read('cortex://tasks/task-1/plan'), storedPlan, 'all pieces, byte for byte')
    assert.equal(JSON.parse(await setting.mcp.read('cortex://tasks/task-1/status')).phase, 'gate')
    const story: { type: string }[] = JSON.parse(await setting.mcp.read('cortex://tasks/task-1/story'))
    assert.deepEqual(
      story.map(({ type }) => type),
      ['task.created', 'task.started'],
    )
    assert.equal(await setting.mcp.read('cortex://tasks/task-1/logs/1'), 'all is well')
    await assert.rejects(setting.mcp.read('cortex://tasks/task-1/diff'), /has no change yet/)
    await assert.rejects(setting.mcp.read('cortex://tasks/task-2/status'), /there is no task task-2/)
    await assert.rejects(setting.mcp.read('cortex://tasks/task-1/logs/x'), /no number of a log/)
    await assert.rejects(setting.mcp.read('cortex://tasks/task-1/soul'), /not found/i)
  })

  test(`${era}: waiting for a task tells each step and ends with it`, async () => {
    await using setting = await given({ era })
    setting.state.phase = 'execution'
    const steps: string[] = []
    const answer = await setting.mcp.call(
      'cortex_wait_for_task',
      { task_id: 'task-1', seconds: 30 },
      { onProgress: (step) => steps.push(step) },
    )
    assert.equal(answer.structured?.['waited'], 'ended')
    assert.deepEqual(steps, ['code.step-3', 'code.step-4', 'code.step-5'])
  })

  test(`${era}: waiting ends at a plan that waits, and when the time is over`, async () => {
    await using setting = await given({ era })
    const wait = (seconds: number) => setting.mcp.call('cortex_wait_for_task', { task_id: 'task-1', seconds })
    assert.equal((await wait(30)).structured?.['waited'], 'approval')
    setting.state.phase = 'execution'
    assert.equal((await wait(0)).structured?.['waited'], 'time')
    assert.match((await wait(51)).text, /seconds/)
  })

  test(`${era}: a call that the client gives up is not worked on any longer`, async () => {
    await using setting = await given({ era, person: () => ({ action: 'cancel' }) })
    setting.state.phase = 'execution'
    setting.state.endsAt = Number.POSITIVE_INFINITY
    const giveUp = new AbortController()
    const call = setting.mcp.call(
      'cortex_wait_for_task',
      { task_id: 'task-1', seconds: 40 },
      { signal: giveUp.signal, onProgress: () => giveUp.abort() },
    )
    await assert.rejects(call)
    let looks = -1
    // Nothing more is looked at between two glances that are far longer apart than two looks.
    for (let before = -2; looks !== before; await new Promise((resolve) => setTimeout(resolve, 200))) {
      assert.ok(looks < 200, 'it goes on looking')
      before = looks
      looks = setting.state.looks
    }
  })

  for (const tool of ['cortex_review_plan', 'cortex_approve_plan']) {
    test(`${era}: ${tool} asks the person, and an accepted "approve" approves the plan that was shown`, async () => {
      const questions: string[] = []
      const person = (question: string): PersonAnswer => {
        questions.push(question)
        return { action: 'accept', content: { decision: 'approve', comment: 'well thought' } }
      }
      await using setting = await given({ era, person })
      const answer = await setting.mcp.call(tool, { task_id: 'task-1' })
      assert.equal(answer.structured?.['decision'], 'approved', answer.text)
      assert.deepEqual(setting.state.decisions, [{ kind: 'approved', id: 'task-1', planHash, reason: 'well thought' }])
      for (const shown of ['Count every piece', 'Multiply in total()', 'the total counts every piece', planHash])
        assert.ok(questions[0]?.includes(shown), `the person sees "${shown}"`)
      assert.equal(questions.length, 1)
    })

    test(`${era}: ${tool} approves nothing by any other answer`, async () => {
      const answers: [PersonAnswer, string | undefined][] = [
        [{ action: 'cancel' }, undefined],
        [{ action: 'decline' }, undefined],
        [{ action: 'accept' }, undefined],
        [{ action: 'decline', content: { decision: 'approve' } }, undefined],
        [{ action: 'accept', content: { decision: 'perhaps' } }, undefined],
        [{ action: 'accept', content: { decision: 'ask for changes' } }, undefined],
        [{ action: 'accept', content: { decision: 'ask for changes', comment: 'no loops' } }, 'questioned'],
        [{ action: 'accept', content: { decision: 'reject', comment: 'too wide' } }, 'rejected'],
      ]
      for (const [answer, kind] of answers) {
        await using setting = await given({ era, person: () => answer })
        await setting.mcp.call(tool, { task_id: 'task-1' })
        assert.deepEqual(
          setting.state.decisions.map((decision) => decision.kind),
          kind ? [kind] : [],
          JSON.stringify(answer),
        )
      }
    })
  }

  test(`${era}: of a change of the tests the person is asked, and only an accepted "approve" of this very change counts`, async () => {
    const doubt = 'd4'.repeat(32)
    const questions: string[] = []
    for (const decision of ['not now', 'reject', 'approve']) {
      const person = (question: string): PersonAnswer => {
        questions.push(question)
        return { action: 'accept', content: { decision } }
      }
      await using setting = await given({ era, person })
      Object.assign(setting.state, { phase: 'escalated', doubt })
      const answer = await setting.mcp.call('cortex_review_plan', { task_id: 'task-1' })
      const approved = decision === 'approve' ? [['approved', doubt]] : []
      assert.deepEqual(
        setting.state.decisions.map(({ kind, planHash: hash }) => [kind, hash]),
        approved,
        answer.text,
      )
    }
    assert.match(
      questions[0] ?? '',
      /judged by its own tests\?[\s\S]*- test\/cart\.test\.js emptied \(\+0 -9\)[\s\S]*Hash of the change: (d4){32}$/,
    )
    await using blind = await given({ era })
    Object.assign(blind.state, { phase: 'escalated', doubt })
    const shown = await blind.mcp.call('cortex_review_plan', { task_id: 'task-1' })
    assert.equal(shown.structured?.['plan_hash'], doubt)
    const other = await blind.mcp.call('cortex_review_plan', { task_id: 'task-1', plan_hash: planHash })
    assert.match(other.text, /waits with a change of its tests whose hash is (d4){32}/)
  })

  test(`${era}: a plan that changes while the person thinks is not approved`, async () => {
    const change = { to: (): void => undefined }
    const person = (): PersonAnswer => {
      change.to()
      return { action: 'accept', content: { decision: 'approve' } }
    }
    await using setting = await given({ era, person })
    change.to = () => {
      setting.state.hash = 'b2'.repeat(32)
    }
    const answer = await setting.mcp.call('cortex_review_plan', { task_id: 'task-1' })
    assert.equal(answer.isError, true)
    assert.deepEqual(setting.state.decisions, [])
  })

  test(`${era}: where the client cannot ask, the plan and its hash are shown, and only the named plan is approved`, async () => {
    await using setting = await given({ era })
    const shown = await setting.mcp.call('cortex_review_plan', { task_id: 'task-1' })
    assert.equal(shown.structured?.['plan_hash'], planHash)
    assert.match(shown.text, /Multiply in total\(\)/)
    const blind = await setting.mcp.call('cortex_approve_plan', { task_id: 'task-1' })
    assert.equal(blind.isError, true)
    assert.match(blind.text, /plan_hash/)
    assert.equal((await setting.mcp.call('cortex_reject_plan', { task_id: 'task-1', reason: 'no' })).isError, true)
    const stale = await setting.mcp.call('cortex_approve_plan', { task_id: 'task-1', plan_hash: 'c3'.repeat(32) })
    assert.equal(stale.isError, true)
    assert.deepEqual(setting.state.decisions, [])
    const approved = await setting.mcp.call('cortex_approve_plan', { task_id: 'task-1', plan_hash: planHash })
    assert.equal(approved.isError, false, approved.text)
    assert.deepEqual(
      setting.state.decisions.map(({ kind, planHash: hash }) => [kind, hash]),
      [['approved', planHash]],
    )
  })

  test(`${era}: nobody is asked in the name of a token that may not approve`, async () => {
    const person = (): PersonAnswer => assert.fail('the person was asked')
    await using setting = await given({ era, person, token: 'reader' })
    const answer = await setting.mcp.call('cortex_review_plan', { task_id: 'task-1' })
    assert.equal(answer.isError, true)
    assert.match(answer.text, /scope "approve"/)
    assert.deepEqual(setting.gateway.callers.at(-1), { name: 'watcher', channel: 'mcp' })
  })

  test(`${era}: clients at the same time do not disturb each other`, async () => {
    const person = (): PersonAnswer => ({ action: 'cancel' })
    await using setting = await given({ era, person })
    await using other = await setting.open()
    const calls = [setting.mcp, other].flatMap((client) =>
      Array.from({ length: 25 }, () => client.call('cortex_get_task_status', { task_id: 'task-1' })),
    )
    const answers = await Promise.all([...calls, other.call('cortex_review_plan', { task_id: 'task-1' })])
    assert.ok(answers.every(({ isError }) => !isError))
  })
}
