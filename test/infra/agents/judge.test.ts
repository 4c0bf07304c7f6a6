import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noUsage } from '../../../domain/task.ts'
import { classOfWords, commandsAllClosed } from '../../../infra/agents/classify.ts'
import { type Ended, judgeRun } from '../../../infra/agents/judge.ts'
import { parseClaude } from '../../../infra/agents/parse-claude.ts'
import { parseCodex } from '../../../infra/agents/parse-codex.ts'

const closed = { failed: true, said: 'mkdir: cannot create directory: Read-only file system' }
const worked = { failed: false, said: 'ok' }

const ended = (role: Ended['role'], commands: { failed: boolean; said: string }[], more: Partial<Ended['process']> = {}): Ended => ({
  agent: 'codex',
  role,
  output: 'codex-jsonl',
  timeoutMs: 1000,
  parsed: { outcome: 'success', text: 'Done.', usage: noUsage, denials: [], commands },
  process: { exitCode: 0, signal: null, stdout: '', stderr: '', timedOut: false, endedAfterLastLine: false, ...more },
})

test('an implementer none of whose commands could work has a broken sandbox, and did not merely change nothing', () => {
  assert.equal(judgeRun(ended('implement', [closed, closed]))?.class, 'sandbox_broken')
  assert.match(judgeRun(ended('implement', [closed]))?.reason ?? '', /because of the sandbox: Read-only file system/)
})

test('one command that worked, or that failed by itself, tells that the sandbox is well; and so does none', () => {
  for (const commands of [[closed, worked], [closed, { failed: true, said: '1 test failed' }], []])
    assert.equal(judgeRun(ended('implement', commands)), null)
  assert.equal(commandsAllClosed([]), null)
})

test('a reviewer who may not write is not told that its sandbox is broken', () => {
  assert.equal(judgeRun(ended('review', [closed])), null)
})

test('a run whose sandbox could not be made is a fault of the surroundings, and no last word of the agent', () => {
  const without = ended('plan', [], { exitCode: 1, stderr: "bwrap: Can't find source path /tmp/some.sock: No such file or directory\n" })
  const failure = judgeRun({ ...without, parsed: { outcome: 'none', text: '', usage: noUsage, denials: [] } })
  assert.equal(failure?.class, 'infrastructure')
  assert.match(failure?.reason ?? '', /never began, because its sandbox could not be made: bwrap: /)
})

test('a run that took more than it may is ended at a limit, whatever it said last', () => {
  const failure = judgeRun(
    ended('implement', [worked], { exceeded: 'it had 600 processes, more than the 512 it may have', exitCode: null }),
  )
  assert.equal(failure?.class, 'limit')
  assert.match(failure?.reason ?? '', /600 processes.*\[sandbox\] in cortex\.toml/)
})

test("the shell commands of claude's stream are known by what they ended with", () => {
  const line = (value: unknown): string => JSON.stringify(value)
  const said = (content: unknown[]) => ({ message: { content } })
  const lines = [
    {
      type: 'assistant',
      ...said([
        { type: 'tool_use', id: 'a', name: 'Bash' },
        { type: 'tool_use', id: 'b', name: 'Write' },
      ]),
    },
    {
      type: 'user',
      ...said([
        { type: 'tool_result', tool_use_id: 'a', is_error: true, content: closed.said },
        { type: 'tool_result', tool_use_id: 'b' },
      ]),
    },
    { type: 'result', is_error: false, result: 'Done.' },
  ]
  assert.deepEqual(parseClaude(lines.map(line).join('\n')).commands, [{ failed: true, said: JSON.stringify(closed.said) }])
})

test('codex whose every command meets a read-only folder for temporary files, and that ends with "Done.", has a broken sandbox', () => {
  const command = (id: string, exit_code: number, aggregated_output: string) => ({
    type: 'item.completed',
    item: {
      id,
      type: 'command_execution',
      command: 'npm test',
      exit_code,
      status: exit_code === 0 ? 'completed' : 'failed',
      aggregated_output,
    },
  })
  const closed = [
    command('a', 1, 'mktemp: cannot create /tmp/x: Read-only file system'),
    command('b', 1, "EROFS: read-only file system, mkdir '/tmp/y'"),
  ]
  const end = [
    { type: 'item.completed', item: { type: 'agent_message', text: 'Done.' } },
    { type: 'turn.completed', usage: {} },
  ]
  const judged = (events: object[]) =>
    judgeRun({ ...ended('implement', []), parsed: parseCodex(events.map((event) => JSON.stringify(event)).join('\n'), '', '') })
  assert.equal(judged([...closed, ...end])?.class, 'sandbox_broken')
  assert.equal(judged([...closed, command('c', 0, 'ok'), ...end]), null)
})

test('a program of one’s own may say on stdout why it failed, and a model that is in trouble is waited for', () => {
  const said = (output: Ended['output'], stdout: string): ReturnType<typeof judgeRun> =>
    judgeRun({
      ...ended('implement', [], { exitCode: 1, stdout }),
      output,
      parsed: { outcome: 'none', text: '', usage: noUsage, denials: [] },
    })
  assert.equal(said('text', 'Error: 429 Too Many Requests')?.class, 'retryable')
  assert.match(said('json', 'HTTP 500 from the model')?.reason ?? '', /exit code 1 and no result: HTTP 500 from the model$/)
})

test('the status that a model’s server answered says more than the words behind it, but for an account that is empty', () => {
  for (const words of ['HTTP 429: quota exceeded for quota metric', '503 forbidden by upstream', 'error 500: backend does not exist'])
    assert.equal(classOfWords(words), 'retryable', words)
  assert.equal(classOfWords('429 You exceeded your current quota, please check your plan and billing details'), 'permanent')
  assert.equal(classOfWords('401 try again'), 'permanent')
  assert.equal(classOfWords('Error: 529 overloaded while editing src/billing/invoice.ts'), 'retryable')
})
