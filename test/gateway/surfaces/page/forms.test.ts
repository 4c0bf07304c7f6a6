import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  atTheGate,
  atTheGateOfBroken,
  doubted,
  doubtHash,
  drafted,
  escalated,
  opened,
  planHash,
  planning,
  questioned,
  reviewing,
} from '../../../support/facts.ts'
import { form, givenPage } from '../../../support/page-world.ts'

test('a task is created by the form, and the same form sent twice is one task', async () => {
  const { world, gateway } = givenPage()
  const values = {
    nonce: 'form-1',
    title: 'Fix the total',
    description: 'now',
    project: 'shop',
    priority: '3',
    category: 'general',
    workflow: '',
    dependsOn: '',
  }
  const keys: unknown[] = []
  const submit = world.operations.submit
  world.operations.submit = (wish) => {
    keys.push(wish.key)
    return submit(wish)
  }
  const answer = await gateway.ask('/new', form(values))
  assert.equal(answer.status, 303)
  assert.match(answer.headers.get('location') ?? '', /^\/task\/task-chat-\d+-\w+\?done=created$/)
  await gateway.ask('/new', form(values))
  await gateway.ask('/new', form({ ...values, title: 'Something else' }))
  assert.equal(keys[0], keys[1])
  assert.notEqual(keys[0], keys[2])
})

test('a project that the configuration has since the start is told on the form, with what to do', async () => {
  const newForm = async (newProjects: readonly string[]) => (await givenPage({ newProjects }).gateway.ask('/new')).text()
  assert.match(await newForm(['till', 'stock']), /cortex\.toml has other projects, too: till, stock\. Restart Cortex to use them/)
  assert.doesNotMatch(await newForm([]), /other projects/)
})

test('a task that is to make the base green is created by its tick, which stays when the task is refused', async () => {
  const { world, gateway } = givenPage()
  const box = async (answer: Response) => /<input type="checkbox" name="mendBase"[^>]*>/.exec(await answer.text())?.[0]
  assert.equal(await box(await gateway.ask('/new')), '<input type="checkbox" name="mendBase" value="true">')
  const asked: unknown[] = []
  const { submit } = world.operations
  world.operations.submit = (input) => {
    asked.push(input.mendBase)
    return submit(input)
  }
  const refused = await gateway.ask('/new', form({ title: 'Mend it', project: 'mars', mendBase: 'true' }))
  assert.deepEqual([refused.status, await box(refused)], [400, '<input type="checkbox" name="mendBase" value="true" checked>'])
  const wish = { title: 'Mend it', project: 'shop' }
  for (const values of [{ ...wish, mendBase: 'true' }, wish]) assert.equal((await gateway.ask('/new', form(values))).status, 303)
  assert.deepEqual(asked, [true, true, undefined])
})

test('a refused task keeps what was typed and says everything that is wrong', async () => {
  const { gateway } = givenPage()
  const answer = await gateway.ask('/new', form({ title: '  ', description: 'a long text', project: 'mars', dependsOn: 'task-nowhere' }))
  const text = await answer.text()
  assert.equal(answer.status, 400)
  assert.match(text, /role="alert"/)
  assert.match(text, />a long text<\/textarea>/)
  assert.match(text, /value="task-nowhere"/)
})

test('the plan of a task on a broken base stands below what fails there, whatever that printed', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', atTheGateOfBroken('<script>alert(1)</script>'))
  const page = await (await gateway.ask('/task/task-1')).text()
  assert.match(page, /the base is broken: `npm test` ended with 1 \(bbbbbbbb\)\n {4}`npm test` ended with 1:\n {4}&lt;script&gt;/)
  assert.equal(page.includes('<script>alert'), false)
})

test('a decision carries the hash of the plan that was on the page', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', atTheGate())
  assert.match(await (await gateway.ask('/task/task-1')).text(), new RegExp(`name="planHash" value="${planHash}"`))
  const answer = await gateway.ask('/task/task-1/approve', form({ planHash }))
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/task/task-1?done=approve'])
  assert.equal(world.types('task-1').at(-1), 'plan.approved')
  assert.equal((await gateway.ask('/task/task-1/approve', form({}))).status, 400)
})

test('a decision on a plan that was replaced is refused in words, and the new plan is shown', async () => {
  const { world, gateway } = givenPage()
  const other = drafted('Another plan altogether.', 2)
  world.tell('task-1', atTheGate(), questioned('smaller, please'), other, opened(other.data.planHash))
  const answer = await gateway.ask('/task/task-1/question', form({ planHash, wish: 'keep this text' }))
  const text = await answer.text()
  assert.equal(answer.status, 409)
  assert.match(text, /The plan has changed since you saw it/)
  assert.match(text, /Another plan altogether\./)
  assert.match(text, /keep this text/)
  assert.notEqual(world.types('task-1').at(-1), 'plan.questioned')
})

test('a task is cancelled, tried again and put before others', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', planning())
  assert.equal((await gateway.ask('/task/task-1/prioritise', form({ priority: '1' }))).status, 303)
  assert.equal((await gateway.ask('/task/task-1/cancel', form({ reason: 'wrong project' }))).status, 303)
  assert.equal((await gateway.ask('/task/task-1/retry', form({ guidance: 'use the other one' }))).status, 303)
  assert.deepEqual(world.types('task-1').slice(-3), ['task.reprioritised', 'task.cancelled', 'task.retried'])
  const refused = await gateway.ask('/task/task-1/retry', form({ guidance: 'again' }))
  assert.equal(refused.status, 409)
  assert.match(await refused.text(), /has not ended/)
})

test('a task that a broken base stopped is opened again to mend it', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', planning(), escalated())
  assert.doesNotMatch(await (await gateway.ask('/task/task-1')).text(), /name="mendBase"/)
  world.tell('task-2', planning(), escalated('the base is broken', 'base_broken'))
  assert.match(await (await gateway.ask('/task/task-2')).text(), /name="mendBase"/)
  const asked: unknown[] = []
  const { retry } = world.operations
  world.operations.retry = (input) => {
    asked.push(input)
    return retry(input)
  }
  assert.equal((await gateway.ask('/task/task-2/retry', form({ guidance: '', mendBase: 'true' }))).status, 303)
  assert.deepEqual(asked, [{ id: 'task-2', guidance: '', mendBase: true }])
})

test('a change of the tests is approved on the page, by its hash', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', reviewing(), doubted())
  const page = await (await gateway.ask('/task/task-1')).text()
  assert.match(page, /it has test\/a\.js deleted/)
  assert.ok(page.includes(`name="yardstick" value="${doubtHash}"`))
  assert.equal((await gateway.ask('/task/task-1/approve', form({ yardstick: doubtHash }))).status, 303)
  assert.equal(world.types('task-1').at(-1), 'yardstick.approved')
  assert.doesNotMatch(await (await gateway.ask('/task/task-1')).text(), /name="yardstick"/)
})

test('a page of another origin sends nothing', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-1', atTheGate())
  const { headers, ...rest } = form({ planHash })
  const answer = await gateway.ask('/task/task-1/approve', { ...rest, headers: { ...headers, origin: 'https://evil.example' } })
  assert.equal(answer.status, 403)
  assert.equal(world.types('task-1').at(-1), 'gate.opened')
})

test('what is no form of ours is refused before it is taken apart', async () => {
  const { gateway } = givenPage()
  for (const path of ['/login', '/new', '/task/task-1/cancel']) {
    const send = (type: string, body: string) => gateway.ask(path, { method: 'POST', body, headers: { 'content-type': type } })
    assert.equal((await send('multipart/form-data; boundary=x', '--x\r\nContent-Disposition: nothing')).status, 415, path)
    assert.equal((await send('application/json', '{"token":"x"}')).status, 415, path)
    assert.equal((await send('application/x-www-form-urlencoded', '&a'.repeat(500_000))).status, 400, path)
  }
})
