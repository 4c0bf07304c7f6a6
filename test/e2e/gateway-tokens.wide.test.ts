import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openDesk, scriptedAgents } from '../support/command-line.ts'

const files = { 'greeting.txt': 'hello\n', 'cortex.toml': '' }
const settings = (gateway: string) =>
  `[projects.repository]\npath = "."\n[gateway]\nport = 0\n${gateway}\n[nats]\nport = 0\nsync = "fast"\n${scriptedAgents}`

describe('tokens', { concurrency: 2 }, () => {
  test('nobody listens on another address than loopback without a token, and that is said', async () => {
    await using desk = await openDesk(files)
    await desk.configure(settings('host = "0.0.0.0"'))
    const { code, stdout, stderr } = await desk.cortex(['up'])
    assert.deepEqual([code, stdout], [2, ''], stderr)
    assert.match(stderr, /there are no tokens, and without them nobody may listen on "0\.0\.0\.0": .*cortex token create <name>/)
  })

  test('tokens are made, scoped, named on what they lead to, listed and revoked while the system runs', async () => {
    await using desk = await openDesk(files)
    await desk.configure(settings('tokens_required = true'))
    const reader = await desk.json(['token', 'create', 'grafana', '--scopes', 'read'])
    const chat = await desk.json(['token', 'create', 'chat-backend', '--scopes', 'create,read'])
    const up = desk.start(['up', '--json'])
    const url = String(JSON.parse(await up.line(/"url"/)).http)
    const as = (token: unknown, init: RequestInit = {}) => ({
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
    const create = (token: unknown) =>
      fetch(`${url}/tasks`, as(token, { method: 'POST', body: JSON.stringify({ title: 'Look at it', workflow: 'answer' }) }))

    assert.equal((await fetch(`${url}/tasks`)).status, 401)
    assert.equal((await fetch(`${url}/tasks`, as(`${reader['token']}x`))).status, 401)
    assert.equal((await fetch(`${url}/tasks`, as(reader['token']))).status, 200)
    const refused = await create(reader['token'])
    assert.equal(refused.status, 403)
    assert.match(String(((await refused.json()) as { error: string }).error), /the token of "grafana" lacks the scope/)
    const created = (await (await create(chat['token'])).json()) as { id: string }
    const story = (await desk.json(['story', created.id])) as { events: { type: string; data: { by: string; channel: string } }[] }
    assert.deepEqual([story.events[0]?.data.by, story.events[0]?.data.channel], ['chat-backend', 'gateway'])

    assert.equal((await desk.json(['token', 'revoke', 'grafana']))['revoked'], true)
    assert.equal((await fetch(`${url}/tasks`, as(reader['token']))).status, 401, 'a running system knows at once')
    const { tokens } = (await desk.json(['token', 'list'])) as { tokens: { name: string; revoked_at: string | null }[] }
    assert.deepEqual(
      tokens.map(({ name, revoked_at }) => [name, revoked_at !== null]),
      [
        ['grafana', true],
        ['chat-backend', false],
      ],
    )
    assert.ok(!JSON.stringify(tokens).includes(String(chat['token'])))
    up.child.kill('SIGINT')
    const { stderr } = await up.ended
    for (const { token } of [reader, chat]) assert.ok(!stderr.includes(String(token)), 'no token in the log')
  })
})
