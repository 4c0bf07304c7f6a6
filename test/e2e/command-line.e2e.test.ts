import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, test } from 'node:test'
import { files, isCompleted, noneLeft, openDesk, quick, scriptedAgents, waitsForApproval, work } from '../support/command-line.ts'
import { delivered, onlyTask, withSlowAgent } from '../support/desk-work.ts'
import { git, until } from '../support/temporary.ts'

describe('the command line', { concurrency: 3 }, () => {
  test('in a fresh repository: init, then one run without a system leaves the branch and no process', async () => {
    await using desk = await openDesk(files)
    assert.match((await desk.cortex(['init'])).stdout, /definition of done: npm test/)
    const file = path.join(desk.repository, 'cortex.toml')
    const written = await readFile(file, 'utf8')
    assert.equal((await desk.cortex(['init'])).code, 2)
    assert.equal(await readFile(file, 'utf8'), written)
    await desk.configure(scriptedAgents)
    const run = await desk.cortex(['run', ...work, '--yes', '--follow'])
    assert.equal(run.code, 0, run.stdout + run.stderr)
    const id = /^task-\w+$/m.exec(run.stdout)?.[0] ?? ''
    await delivered(desk, id)
    await noneLeft(desk)
    assert.equal(await git(desk.repository, 'status', '--porcelain'), '?? cortex.toml', 'the working tree is as it was')
  })

  test('with a system up every command answers with one JSON object, by shortened ids too', async () => {
    await using desk = await openDesk(files)
    await desk.configure(quick + scriptedAgents)
    const up = desk.start(['up'])
    await up.line(/Cortex is up/)
    const created = await desk.json(['run', ...work])
    const id = String(created['id'])
    const short = id.slice(5, 11)
    await desk.untilStatus(id, waitsForApproval)
    const plan = await desk.json(['plan', short])
    const hash = String(plan['plan_hash'])
    assert.match(hash, /^[0-9a-f]{64}$/)
    assert.match(String((await desk.json(['approve', short, '--hash', '0'.repeat(64)], 2))['error']), /object/)
    assert.equal((await desk.json(['question', short, '--wish', 'Also replace `hello` there.']))['outcome'], 'plan.questioned')
    await desk.untilStatus(id, ({ plan_revision }) => plan_revision === 2)
    await desk.untilStatus(id, waitsForApproval)
    assert.equal((await desk.json(['approve', short]))['outcome'], 'plan.approved')
    await desk.untilStatus(id, isCompleted)
    assert.equal((await desk.json(['status', short]))['status'], 'completed')
    await delivered(desk, id)
    const story = (await desk.json(['story', short])) as { events: { type: string }[] }
    assert.deepEqual([story.events[0]?.type, story.events.at(-1)?.type], ['task.created', 'task.completed'])
    assert.match(JSON.stringify(await desk.json(['diff', short])), /\+goodbye/)
    assert.ok(JSON.stringify(await desk.json(['logs', short])).includes('"logs"'))
    assert.deepEqual(await desk.json(['dead']), { letters: [], total: 0 })
    assert.ok(Array.isArray((await desk.json(['doctor']))['findings']))
    assert.equal(await onlyTask(desk), id)
    up.child.kill('SIGINT')
    assert.equal((await up.ended).code, 0)
    await noneLeft(desk)
  })

  test('a second `up` is refused and harms nothing; Ctrl-C leaves no process but who follows, and `up` again goes on to the end', async () => {
    const { desk, started, go } = await withSlowAgent()
    await using _ = desk
    const up = desk.start(['up'])
    await up.line(/Cortex is up/)
    const follower = desk.start(['run', ...work, '--yes', '--follow'])
    await until(started)
    const agents = () => desk.processes().filter((line) => line.includes('slow.json'))
    const before = agents()
    const refused = await desk.cortex(['up'])
    assert.equal(refused.code, 2, refused.stdout + refused.stderr)
    assert.match(refused.stderr, new RegExp(`in use by a running Cortex \\(process ${up.child.pid}\\)`))
    assert.deepEqual(agents(), before)
    assert.ok(before.length > 0)
    up.child.kill('SIGINT')
    assert.equal((await up.ended).code, 0)
    await noneLeft(desk)
    await go()
    const again = desk.start(['up'])
    await again.line(/Cortex is up/)
    const { code, stdout } = await follower.ended
    assert.equal(code, 0, stdout)
    await delivered(desk, await onlyTask(desk))
    again.child.kill('SIGTERM')
    assert.equal((await again.ended).code, 0)
    await noneLeft(desk)
  })
})
