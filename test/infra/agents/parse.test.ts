import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classOfWords, sandboxComplaint } from '../../../infra/agents/classify.ts'
import { claudeProgress, isClaudeResult, parseClaude } from '../../../infra/agents/parse-claude.ts'
import { codexProgress, parseCodex } from '../../../infra/agents/parse-codex.ts'
import { parseJson } from '../../../infra/agents/parse-json.ts'
import { parseText } from '../../../infra/agents/parse-text.ts'

const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join('\n')

const claudeSuccess = {
  total_cost_usd: 0.0016,
  usage: { input_tokens: 200, cache_creation_input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 40 },
  modelUsage: { small: { outputTokens: 1 }, large: { outputTokens: 39 } },
  permission_denials: [{ tool_name: 'Write', tool_use_id: 'toolu_1', tool_input: { file_path: '/etc/x' } }],
  terminal_reason: 'completed',
  is_error: false,
  subtype: 'success',
  result: 'All done.',
  type: 'result',
}

test("claude's result is found as the whole output or as a line, whatever the order of its keys", () => {
  for (const stdout of [JSON.stringify(claudeSuccess), lines({ type: 'system', subtype: 'init' }, claudeSuccess)]) {
    const parsed = parseClaude(stdout)
    assert.equal(parsed.outcome, 'success')
    assert.equal(parsed.text, 'All done.')
    assert.deepEqual(parsed.usage, { inputTokens: 200, outputTokens: 40, cacheReadTokens: 7, cacheWriteTokens: 5, costUsd: 0.0016 })
    assert.equal(parsed.model, 'large')
    assert.deepEqual(parsed.denials, ['Write {"file_path":"/etc/x"}'])
    assert.equal('structured' in parsed, false)
  }
  assert.deepEqual(parseClaude(JSON.stringify({ ...claudeSuccess, structured_output: { a: 1 } })).structured, { a: 1 })
})

test('claude says "success" for a failed model call: is_error tells, and the status tells the class', () => {
  const failed = (fields: object) => {
    const { outcome, failureClass } = parseClaude(
      JSON.stringify({ ...claudeSuccess, is_error: true, terminal_reason: 'api_error', ...fields }),
    )
    return `${outcome} ${failureClass}`
  }
  for (const status of [429, 500, 529, null]) assert.equal(failed({ api_error_status: status }), 'failure retryable', String(status))
  for (const status of [400, 401, 404]) assert.equal(failed({ api_error_status: status }), 'failure permanent')
  assert.equal(failed({ subtype: 'error_max_turns', errors: ['x'], terminal_reason: undefined }), 'failure limit')
  assert.equal(failed({ subtype: 'error_max_budget_usd', terminal_reason: undefined }), 'failure limit')
  assert.equal(
    failed({ result: 'Not logged in · Please run /login', terminal_reason: undefined, api_error_status: undefined }),
    'failure permanent',
  )
})

test('claude without a result object has given none', () => {
  for (const stdout of ['', 'hello', lines({ type: 'system', subtype: 'init' }), '{"type":"result"'])
    assert.equal(parseClaude(stdout).outcome, 'none')
})

test("claude's progress is its words and tools, not its plumbing", () => {
  const line = (content: object[]) => JSON.stringify({ type: 'assistant', message: { content } })
  assert.equal(claudeProgress(line([{ type: 'text', text: 'First\nsecond' }])), 'First')
  assert.equal(claudeProgress(line([{ type: 'tool_use', name: 'Edit', input: { file_path: 'a.ts' } }])), 'Edit a.ts')
  assert.equal(claudeProgress(JSON.stringify({ type: 'user' })), null)
  assert.equal(isClaudeResult(JSON.stringify(claudeSuccess)), true)
  assert.equal(isClaudeResult(line([{ text: '"type":"result"' }])), false)
})

const item = (fields: object) => ({ type: 'item.completed', item: { id: 'item_0', ...fields } })
const turnCompleted = {
  type: 'turn.completed',
  usage: { input_tokens: 300, cached_input_tokens: 100, cache_write_input_tokens: 0, output_tokens: 60, reasoning_output_tokens: 10 },
}

test("codex's last message is the answer; cached tokens are counted apart", () => {
  const parsed = parseCodex(
    lines(
      { type: 'turn.started' },
      item({ type: 'agent_message', text: 'one' }),
      item({ type: 'agent_message', text: 'two' }),
      turnCompleted,
    ),
    '',
    '',
  )
  assert.equal(parsed.outcome, 'success')
  assert.equal(parsed.text, 'two')
  assert.deepEqual(parsed.usage, { inputTokens: 200, outputTokens: 60, cacheReadTokens: 100, cacheWriteTokens: 0 })
  assert.equal(parseCodex(lines(turnCompleted), '', 'from the file').text, 'from the file')
})

test('a failed codex turn is classified by its words', () => {
  const failed = (message: string) => {
    const parsed = parseCodex(lines({ type: 'error', message: 'Reconnecting... 1/1' }, { type: 'turn.failed', error: { message } }), '', '')
    return `${parsed.outcome} ${parsed.failureClass} ${parsed.message}`
  }
  assert.match(failed('exceeded retry limit, last status: 429 Too Many Requests'), /^failure retryable/)
  assert.match(failed("We're currently experiencing high demand"), /^failure retryable/)
  assert.match(failed('stream disconnected before completion: x'), /^failure retryable/)
  assert.match(failed('Quota exceeded. Check your plan and billing details.'), /^failure permanent/)
  assert.match(failed('unexpected status 401 Unauthorized: bad key'), /^failure permanent/)
  assert.match(failed('Missing environment variable: `SCRIPTED_KEY`.'), /^failure permanent/)
  assert.equal(failed('{"error":{"message":"no such tool","code":"x"}}'), 'failure permanent no such tool')
})

test('a stream that ends without an end of the turn is no result', () => {
  assert.equal(parseCodex(lines({ type: 'turn.started' }, item({ type: 'agent_message', text: 'so far' })), '', '').outcome, 'none')
})

test('a broken sandbox is a failure although codex calls it completed; one failing command is not', () => {
  const command = (exit_code: number, aggregated_output: string) =>
    item({ type: 'command_execution', exit_code, aggregated_output, status: 'failed' })
  const complaint = 'bwrap: No permissions to create a new namespace, likely because the kernel does not allow it'
  const outcome = (...events: object[]) => parseCodex(lines(...events, turnCompleted), '', 'text')
  assert.equal(outcome(command(1, complaint)).failureClass, 'sandbox_broken')
  assert.equal(outcome(command(1, `cat notes: ${complaint}`), command(0, 'fine')).outcome, 'success')
  assert.equal(outcome(command(1, '1 test failed')).outcome, 'success')
  const noItem = parseCodex(lines(turnCompleted), 'bwrap: execvp codex-linux-sandbox: No such file or directory', 'text')
  assert.equal(noItem.failureClass, 'sandbox_broken')
  assert.equal(sandboxComplaint('the tests of bwrap pass'), null)
})

test("codex's progress is its commands, changes and words", () => {
  assert.equal(codexProgress(JSON.stringify({ type: 'item.started', item: { type: 'command_execution', command: 'ls' } })), '$ ls')
  assert.equal(codexProgress(JSON.stringify(item({ type: 'file_change', changes: [{ kind: 'add', path: 'a' }] }))), 'add a')
  assert.equal(codexProgress('not json'), null)
})

test('the json format has a result, or an error with its class', () => {
  const parsed = parseJson('noise\n{"result":"r","structured":{"a":1},"usage":{"input_tokens":3,"output_tokens":4},"cost_usd":0.5}')
  assert.deepEqual([parsed.outcome, parsed.text, parsed.structured, parsed.usage.costUsd], ['success', 'r', { a: 1 }, 0.5])
  assert.equal(parseJson('{"error":"no","class":"limit"}').failureClass, 'limit')
  assert.equal(parseJson('{"error":"overloaded"}').failureClass, 'retryable')
  for (const stdout of ['', '{}', '[]', '{"result":1}']) assert.equal(parseJson(stdout).outcome, 'none')
})

test('plain text is the answer, and nothing is none', () => {
  assert.equal(parseText(' hi \n').text, 'hi')
  assert.equal(parseText('\n').outcome, 'none')
})

test('a network that is down, a server in trouble and a limit are waited for, whatever their words', () => {
  for (const words of [
    ...['API Error: Connection error.', 'getaddrinfo ENOTFOUND api.example.com', 'getaddrinfo EAI_AGAIN x', 'TypeError: fetch failed'],
    ...['socket hang up', 'connect ENETUNREACH 192.0.2.1:443', 'write EPIPE', 'Unable to connect to API', 'Internal server error'],
    ...['503 Service Unavailable', 'Bad Gateway', 'upstream connect error or disconnect/reset before headers'],
    ...[
      '5-hour limit reached, resets 3pm',
      'You have hit your limit',
      "You've hit your weekly limit",
      'stream closed before response.completed',
    ],
  ])
    assert.equal(classOfWords(words), 'retryable', words)
  for (const words of ['Credit balance is too low', 'OAuth token has expired', 'prompt is too long', 'context length limit reached'])
    assert.equal(classOfWords(words), 'permanent', words)
  assert.equal(classOfWords('Connection blocked by network allowlist'), 'permanent')
})

test('unknown words are permanent: a repeat would only cost again', () => {
  assert.equal(classOfWords('error: unexpected argument --x'), 'permanent')
  assert.equal(classOfWords('status: 503'), 'retryable')
  assert.equal(classOfWords('Cortex: the certificate of network.example.com is not trusted (CERT_HAS_EXPIRED)'), 'permanent')
})
