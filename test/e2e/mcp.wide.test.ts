import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { userInfo } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { openTokens } from '../../infra/app/tokens.ts'
import { bareEnvironment, bin, openDesk, scriptedAgents } from '../support/command-line.ts'
import { type MainJob, startMainJob } from '../support/main-job.ts'
import { type Era, eras, type McpClient, openMcpClient, type PersonAnswer, type ToolAnswer, type Where } from '../support/mcp.ts'
import { makeRepository, temporaryFolder, until } from '../support/temporary.ts'

/** Public MCP clients of both protocol eras against the whole system, over HTTP and on stdio. */

const files = { 'greeting.txt': 'hello\n' }
const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.', project: 'sample' }
const approve: PersonAnswer = { action: 'accept', content: { decision: 'approve', comment: 'go on' } }

const startJob = async (config: Record<string, unknown> = {}) => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, files)
  const project = { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] }
  const job = stack.use(await startMainJob({ repository, project, config }))
  const all = stack.move()
  return { job, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const onStdio = (cwd: string, ...options: string[]): Where => ({
  command: process.execPath,
  args: [bin, 'mcp', ...options],
  cwd,
  env: { ...bareEnvironment(), HOME: cwd },
})
const places = {
  'over HTTP': ({ httpUrl }: MainJob): Where => ({ url: `${httpUrl}/mcp` }),
  'on stdio': ({ dataDir }: MainJob): Where => onStdio(path.dirname(dataDir), '--data', dataDir),
}

const created = async (client: McpClient): Promise<string> => {
  const { structured, text: words } = await client.call('cortex_create_task', task)
  return String(structured?.['task_id'] ?? assert.fail(words))
}

/** Waits by the tool that clients have for it, as often as it takes. */
const waited = async (client: McpClient, id: string, how: 'approval' | 'ended'): Promise<ToolAnswer> => {
  for (let times = 0; times < 5; times++) {
    const answer = await client.call('cortex_wait_for_task', { task_id: id, seconds: 20 })
    if (answer.structured?.['waited'] !== 'time') {
      assert.equal(answer.structured?.['waited'], how, answer.text)
      return answer
    }
  }
  return assert.fail(`${id} did not come to ${how}`)
}

describe('clients of MCP', { concurrency: 3 }, () => {
  // Each place and each era once; the real agents drive the other two pairs.
  for (const [how, era] of [
    ['over HTTP', '2025-11-25'],
    ['on stdio', '2026-07-28'],
  ] as const) {
    const where = places[how]
    test(`${how}, ${era}: a task goes from its creation over the person's approval to its branch`, async () => {
      await using setting = await startJob()
      const { job } = setting
      const questions: string[] = []
      const person = (question: string): PersonAnswer => {
        questions.push(question)
        return approve
      }
      await using client = await openMcpClient({ where: where(job), era, person })
      const id = await created(client)
      await waited(client, id, 'approval')
      const plan = await client.read(`cortex://tasks/${id}/plan`)
      const hash = createHash('sha256').update(plan).digest('hex')
      assert.equal((await client.call('cortex_review_plan', { task_id: id })).structured?.['decision'], 'approved')
      assert.ok(questions[0]?.includes(hash), 'the person saw the hash of the plan that can be read')
      const end = await waited(client, id, 'ended')
      assert.equal(end.structured?.['status'], 'completed', end.text)

      const approved = await job.until('plan.approved', id)
      const { planHash, by, channel, reason } = approved.data
      // On stdio it is a program of the person's own; over HTTP nobody proved who he is.
      const who = how === 'on stdio' ? { by: userInfo().username, channel: 'mcp' } : { by: 'local', channel: 'local' }
      assert.deepEqual({ planHash, by, channel, reason }, { planHash: hash, ...who, reason: 'go on' })
      assert.match(await client.read(`cortex://tasks/${id}/diff`), /\+goodbye/)
      const story: { type: string }[] = JSON.parse(await client.read(`cortex://tasks/${id}/story`))
      assert.deepEqual([story[0]?.type, story.at(-1)?.type], ['task.created', 'task.completed'])
      const { resources } = await client.client.listResources()
      assert.ok(resources.some(({ uri }) => uri === `cortex://tasks/${id}/status`))
    })
  }

  for (const era of eras)
    test(`${era}: who subscribes to resources of a task hears of their changes, and of no others`, async () => {
      await using setting = await startJob()
      const { job } = setting
      await using client = await openMcpClient({ where: { url: `${job.httpUrl}/mcp` }, era, person: () => approve })
      const id = `task-${era}`
      const changed: string[] = []
      const uri = (part: string): string => `cortex://tasks/${id}/${part}`
      await client.onChange([uri('plan'), uri('diff')], (changedUri) => changed.push(changedUri))
      job.publish('task.created', { id, category: 'development', ...task })
      await until(() => changed.includes(uri('plan')))
      assert.match(await client.read(uri('plan')), /acceptance_criteria/)
      job.publish('plan.approved', { id })
      await job.until('task.completed', id)
      await until(() => changed.includes(uri('diff')))
      assert.deepEqual(new Set(changed), new Set([uri('plan'), uri('diff')]))
    })

  test('a client that cannot ask approves by the hash, and where mcp is no channel of the gate it is refused in words', async () => {
    await using setting = await startJob({ gate: { channels: ['cli'] } })
    await using client = await openMcpClient({ where: { url: `${setting.job.httpUrl}/mcp` }, era: '2026-07-28' })
    const id = await created(client)
    await waited(client, id, 'approval')
    const shown = await client.call('cortex_review_plan', { task_id: id })
    const refused = await client.call('cortex_approve_plan', { task_id: id, plan_hash: shown.structured?.['plan_hash'] })
    assert.equal(refused.isError, true)
    assert.match(refused.text, /channel/)
    assert.equal(
      (await setting.job.facts(id)).some(({ type }) => type === 'plan.approved'),
      false,
    )
  })

  test('over HTTP a token says who approves and what else its bearer may do', async () => {
    await using setting = await startJob()
    const { job } = setting
    const url = `${job.httpUrl}/mcp`
    const tokens = openTokens(job.dataDir)
    const [maker, judge] = (['create', 'approve'] as const).map((scope) => tokens.create(`the-${scope}r`, [scope, 'read'], new Date()))
    await assert.rejects(openMcpClient({ where: { url, token: 'wrong' }, era: '2025-11-25' }))
    await using making = await openMcpClient({ where: { url, token: maker }, era: '2026-07-28', person: () => approve })
    const id = await created(making)
    await waited(making, id, 'approval')
    assert.match((await making.call('cortex_review_plan', { task_id: id })).text, /scope "approve"/)
    await using judging = await openMcpClient({ where: { url, token: judge }, era: '2025-11-25', person: () => approve })
    assert.equal((await judging.call('cortex_create_task', task)).isError, true)
    assert.equal((await judging.call('cortex_review_plan', { task_id: id })).structured?.['decision'], 'approved')
    assert.equal((await job.until('plan.approved', id)).data.by, 'the-approver')
    tokens.revoke('the-approver', new Date())
    await assert.rejects(judging.tools())
  })

  test('what the scopes of cortex mcp leave out is refused, and nobody is asked for it', async () => {
    await using setting = await startJob()
    const { dataDir } = setting.job
    const where = onStdio(path.dirname(dataDir), '--data', dataDir, '--scopes', 'create,read')
    await using client = await openMcpClient({ where, era: '2025-11-25', person: () => assert.fail('the person was asked') })
    const id = await created(client)
    await waited(client, id, 'approval')
    const refused = await client.call('cortex_review_plan', { task_id: id })
    assert.equal(refused.isError, true)
    assert.match(refused.text, /approve/)
  })

  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'cortex_get_tasks', arguments: {} } }

  test('on stdio nothing but the protocol is said, and the end of the input is the end', async () => {
    await using folder = await temporaryFolder()
    const child = spawn(process.execPath, [bin, 'mcp'], { cwd: folder.path, stdio: 'pipe', env: bareEnvironment() })
    const closed = once(child, 'close')
    const [said, warned] = [text(child.stdout), text(child.stderr)]
    const first = once(child.stdout, 'data')
    child.stdin.write(`this is no JSON\n${JSON.stringify(call)}\n`)
    await first
    child.stdin.end()
    assert.deepEqual(await closed, [0, null])
    const lines = (await said).trim().split('\n')
    for (const line of lines) assert.equal(JSON.parse(line).jsonrpc, '2.0', line)
    assert.match(lines.join('\n'), /start it with \\".*cortex up\\"/)
    assert.equal(await warned, '')
  })

  test('SIGTERM ends it as well', async () => {
    await using folder = await temporaryFolder()
    const child = spawn(process.execPath, [bin, 'mcp'], { cwd: folder.path, stdio: 'pipe', env: bareEnvironment() })
    const closed = once(child, 'close')
    const first = once(child.stdout, 'data')
    child.stdin.write(`${JSON.stringify(call)}\n`)
    await first
    child.kill('SIGTERM')
    assert.deepEqual(await closed, [0, null])
  })

  const answers = async (client: McpClient, fits: RegExp): Promise<void> => {
    let last = ''
    await until(async () => {
      last = (await client.call('cortex_get_tasks')).text
      return fits.test(last)
    }).catch(() => assert.match(last, fits))
  }

  for (const era of eras satisfies readonly Era[])
    test(`${era}: a client that is there first finds the system when it comes, and again after a restart elsewhere`, async () => {
      await using desk = await openDesk(files)
      await desk.configure(`[projects.repository]\npath = "."\n[gateway]\nport = 0\n[nats]\nport = 0\n${scriptedAgents}`)
      await using client = await openMcpClient({ where: onStdio(desk.repository), era })
      await answers(client, /start it with ".*cortex up/)
      for (const _ of ['once', 'again']) {
        const up = desk.start(['up'])
        await answers(client, /"count"/)
        up.child.kill('SIGTERM')
        await up.ended
        await answers(client, /start it (again )?with ".*cortex up/)
      }
    })
})
