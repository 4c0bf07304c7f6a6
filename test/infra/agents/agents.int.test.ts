import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { AgentRun } from '../../../functions/ports.ts'
import { createAgents } from '../../../infra/agents/agents.ts'
import { fillCommand } from '../../../infra/agents/resolved-agent.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { withoutSandbox } from '../../../infra/sandbox/sandbox.ts'
import { noSecrets } from '../../support/secrets.ts'
import { temporaryFolder } from '../../support/temporary.ts'

/** Short, so that a test need not wait. */
/** A start of Node on a busy machine is no silence. */
const patience = { sameAction: 20, silenceMs: 2000 }

/** Agents made of one line of node each. */
async function given(agents: Record<string, { script?: string; [key: string]: unknown }>, env: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const configured = Object.fromEntries(
    await Promise.all(
      Object.entries(agents).map(async ([name, { script, ...rest }]) => {
        const file = path.join(folder.path, `${name}.mjs`)
        if (script !== undefined) await writeFile(file, script)
        const command = [process.execPath, file]
        return [name, { ...(script === undefined ? {} : { command, read_command: command }), ...rest }] as const
      }),
    ),
  )
  const dataDir = path.join(folder.path, 'data')
  const service = createAgents({
    agents: ConfigSchema.parse({ agents: configured }).agents,
    projects: {},
    patience,
    sandbox: withoutSandbox('what is tried here is the driver'),
    secrets: noSecrets(),
    dataDir,
    env: { PATH: process.env['PATH'], ...env },
  })
  const run = (agent: string, more: Partial<AgentRun> = {}) =>
    service.run({
      agent,
      role: 'answer',
      prompt: 'p',
      cwd: folder.path,
      timeoutMs: 10_000,
      signal: new AbortController().signal,
      key: 'run-1',
      ...more,
    })
  return { service, run, dataDir, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test('an argument without a value goes together with its option', () => {
  const command = ['x', '--model', '{model}', '--schema={schema_file}', '-o', '{last_message_file}', '{other}', '-']
  assert.deepEqual(fillCommand(command, { model: undefined, schema_file: undefined, last_message_file: '/l' }), [
    'x',
    '-o',
    '/l',
    '{other}',
    '-',
  ])
  assert.deepEqual(fillCommand(['{model}'], { model: '$& $1' }), ['$& $1'])
})

test('the scripted agent answers through the same driver as every other', async () => {
  await using setting = await given({ me: { preset: 'scripted' } })
  const result = await setting.run('me', { prompt: '<question>How?</question>' })
  assert.equal(result.ok, true)
  assert.match(result.text, /no model was asked/)
  assert.equal(result.version, 'scripted 1 (follows sentences, no model)')
  assert.equal(result.model, 'scripted')
  assert.equal(result.exitCode, 0)
  const refused = await setting.run('me', { role: 'plan', prompt: '<task>Be good</task>' })
  assert.ok(!refused.ok)
  assert.equal(refused.class, 'permanent')
  assert.match(refused.reason, /^Agent "me" \(plan\): scripted agent: this task holds no sentence/)
})

test('an agent gets a built environment, a home of its own, and only the variables named for it', async () => {
  const script = 'console.log(JSON.stringify({ env: process.env, argv: process.argv }))'
  const env = { HOME: '/home/person', OPENAI_API_KEY: 'sk-secret-value', OTHER: 'x', NATS_URL: 'nats://x' }
  await using setting = await given(
    { plain: { script, output: 'text' }, named: { script, env: ['HOME', 'OPENAI_API_KEY'], set_env: { A: 'b' } } },
    env,
  )
  const plain = JSON.parse((await setting.run('plain', { prompt: 'the prompt' })).text)
  assert.equal(plain.env.HOME, path.join(setting.dataDir, 'runs', 'run-1', 'home'))
  assert.equal(plain.env.TMPDIR, path.join(setting.dataDir, 'runs', 'run-1', 'tmp'))
  for (const name of ['OPENAI_API_KEY', 'OTHER', 'NATS_URL']) assert.equal(name in plain.env, false, name)
  assert.equal(plain.argv.join().includes('the prompt'), false)
  const named = await setting.run('named')
  const seen = JSON.parse(named.text)
  assert.deepEqual([seen.env.HOME, seen.env.OPENAI_API_KEY, seen.env.A], ['/home/person', '[secret masked: value of OPENAI_API_KEY]', 'b'])
  assert.equal(named.log.includes('sk-secret-value'), false)
  assert.deepEqual(await readdir(path.join(setting.dataDir, 'runs')), [])
})

test('a run without a worktree works in an empty folder of its own; any event id can be its key', async () => {
  await using setting = await given({ me: { script: 'import fs from "node:fs"; console.log(process.cwd(), fs.readdirSync(".").length)' } })
  const key = '-_aZ09-_aZ09-_aZ09-_aZ'
  assert.equal((await setting.run('me', { cwd: undefined, key })).text, `${path.join(setting.dataDir, 'runs', key, 'work')} 0`)
})

test('the prompt comes on stdin, or in a private file', async () => {
  const script =
    'import fs from "node:fs"; const file = process.argv[2]; console.log(file ? fs.readFileSync(file, "utf8") + (fs.statSync(file).mode & 0o777).toString(8) : fs.readFileSync(0, "utf8"))'
  await using setting = await given({ stdin: { script }, file: { script, prompt: 'file' } })
  assert.equal((await setting.run('stdin', { prompt: 'hello' })).text, 'hello')
  const file = path.join(setting.dataDir, '..', 'file.mjs')
  await using other = await given({ file: { prompt: 'file', read_command: [process.execPath, file, '{prompt_file}'] } })
  assert.equal((await other.run('file', { prompt: 'hello' })).text, 'hello600')
})

test('each way to fail has its class and says which agent did what', async () => {
  await using setting = await given({
    missing: { read_command: ['no-such-agent-program'] },
    silent: { script: '', output: 'claude-json' },
    broken: { script: 'console.error("error: unexpected argument"); process.exit(2)' },
    busy: { script: 'console.error("529 overloaded"); process.exit(1)' },
    slow: { script: 'console.log("x"); setInterval(() => {}, 1000)' },
    liar: { script: 'console.log(JSON.stringify({ result: "done" })); process.exit(1)', output: 'json' },
    boxed: { script: 'console.error("bwrap: setting up uid map: Permission denied"); process.exit(1)' },
    killed: { script: 'process.kill(process.pid, "SIGKILL")' },
    writer: { script: 'console.log("x")', roles: ['implement'] },
  })
  const classOf = async (agent: string, timeoutMs = 10_000) => {
    const result = await setting.run(agent, { timeoutMs })
    assert.ok(!result.ok)
    assert.match(result.reason, new RegExp(`[Aa]gent "${agent}"`))
    return result.class
  }
  assert.equal(await classOf('missing'), 'missing')
  assert.equal(await classOf('silent'), 'bad_output')
  assert.equal(await classOf('broken'), 'permanent')
  assert.equal(await classOf('busy'), 'retryable')
  assert.equal(await classOf('slow', 300), 'timeout')
  assert.equal(await classOf('liar'), 'bad_output')
  assert.equal(await classOf('boxed'), 'sandbox_broken')
  assert.equal(await classOf('killed'), 'infrastructure')
  assert.equal(await classOf('writer'), 'permanent')
  assert.equal(await classOf('nobody'), 'permanent')
  assert.equal(setting.service.has('writer', 'implement'), true)
  assert.equal(setting.service.has('writer', 'review'), false)
})

test('an abort throws its reason, and nothing of the run is left', async () => {
  await using setting = await given({ slow: { script: 'console.log("up"); setInterval(() => {}, 1000)' } })
  const controller = new AbortController()
  const reason = new Error('cancelled')
  await assert.rejects(setting.run('slow', { signal: controller.signal, onLine: () => controller.abort(reason) }), reason)
  assert.equal(existsSync(path.join(setting.dataDir, 'runs', 'run-1')), false)
  assert.deepEqual(await readdir(path.join(setting.dataDir, 'groups')), [])
})

test('progress lines are short, clean and without secrets; cost comes from configured prices', async () => {
  const script =
    'console.error("\\u001b[1mkey " + process.env.A_KEY + "\\t" + "x".repeat(500)); console.log(JSON.stringify({ result: "r", usage: { input_tokens: 1e6, output_tokens: 5e5 } }))'
  await using setting = await given(
    { me: { script, output: 'json', env: ['A_KEY'], input_usd_per_mtok: 2, output_usd_per_mtok: 10 } },
    { A_KEY: 'very-secret' },
  )
  const lines: string[] = []
  const { usage } = await setting.run('me', { onLine: (line) => lines.push(line) })
  assert.equal(usage.costUsd, 7)
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /key \[secret masked: value of A_KEY\] xxx/)
  assert.ok((lines[0] ?? '').length <= 200)
})

const claudeSays = (...parts: object[]) =>
  `console.log(JSON.stringify(${JSON.stringify({ type: 'assistant', message: { content: parts } })}))`
const toolSays = (...parts: object[]) => `console.log(JSON.stringify(${JSON.stringify({ type: 'user', message: { content: parts } })}))`
const use = (id: string, command: string) => ({ type: 'tool_use', id, name: 'Bash', input: { command } })
const came = (id: string, content: string) => ({ type: 'tool_result', tool_use_id: id, content })
const done = 'console.log(JSON.stringify({ type: "result", subtype: "success", is_error: false, result: "Done." }))'
const forever = 'setInterval(() => {}, 1000)'

test('an agent that does the same again and again is ended, and told as stuck with what it did', async () => {
  const again = Array.from({ length: 25 }, (_, n) => [claudeSays(use(`t${n}`, 'npm test')), toolSays(came(`t${n}`, `1 failed in ${n} ms`))])
  await using setting = await given({ circling: { script: [...again.flat(), forever].join(';'), output: 'claude-json' } })
  const result = await setting.run('circling')
  assert.ok(!result.ok)
  assert.equal(result.class, 'stuck')
  assert.match(result.reason, /stuck: it did the same 20 times with the same result .*Bash \{"command":"npm test"\}/)
})

test('an agent that falls silent is ended, but not while a command of its own runs', async () => {
  const silent = [claudeSays({ type: 'text', text: 'Hm.' }), forever].join(';')
  const testing = [claudeSays(use('a', 'npm test')), `setTimeout(() => { ${toolSays(came('a', 'ok'))}; ${done} }, 3000)`].join(';')
  await using setting = await given({
    silent: { script: silent, output: 'claude-json' },
    testing: { script: testing, output: 'claude-json' },
  })
  const result = await setting.run('silent')
  assert.ok(!result.ok)
  assert.match(`${result.class}: ${result.reason}`, /^stuck: .*nothing was heard of it for/)
  assert.equal((await setting.run('testing')).ok, true)
})

test('an agent that prints at its end is stuck only where its operator says how long it may be silent', async () => {
  const late = 'setTimeout(() => console.log("done"), 3000)'
  await using setting = await given({
    late: { script: late },
    limited: { script: late, silence: '1s' },
    hanging: { script: 'setInterval(() => {}, 1000)', silence: '1s', output: 'json' },
    speaking: {
      script: 'let n = 0; const timer = setInterval(() => { console.log(n); if (++n > 40) clearInterval(timer) }, 100)',
      silence: '3s',
    },
  })
  const [unlimited, limited, hanging, speaking] = await Promise.all(
    ['late', 'limited', 'hanging', 'speaking'].map((name) => setting.run(name, { key: name })),
  )
  assert.deepEqual([unlimited?.ok, speaking?.ok], [true, true])
  assert.match(
    limited?.ok === false ? `${limited.class}: ${limited.reason}` : '',
    /^stuck: .*nothing was heard of it for 1 s \(agents\.limited\.silence\)/,
  )
  assert.match(hanging?.ok === false ? hanging.class : '', /^stuck$/)
})

test('a model that says when it is back is told with that time', async () => {
  await using setting = await given({ busy: { script: 'console.error("429 Too Many Requests, try again in 2h"); process.exit(1)' } })
  const result = await setting.run('busy')
  assert.ok(!result.ok && result.until)
  assert.ok(Math.abs(Date.parse(result.until) - Date.now() - 7_200_000) < 60_000, result.until)
})

test('of a noisy agent a person is shown some lines a second, and what is kept of it is bounded', async () => {
  const noise = `for (let n = 0; n < 300_000; n++) console.log('line ' + n + ' ' + 'x'.repeat(60)); console.log('the end')`
  await using setting = await given({ noisy: { script: noise } })
  let lines = 0
  const began = performance.now()
  const run = await setting.run('noisy', { timeoutMs: 60_000, onLine: () => (lines += 1) })
  const seconds = (performance.now() - began) / 1000
  assert.equal(run.ok, true)
  assert.ok(lines <= 52 * (2 + seconds), `${lines} lines in ${seconds} s`)
  assert.ok(run.log.length < 4.3e6 && run.text.length < 1.1e6)
  assert.match(run.log, /^line 0 .*bytes cut.*the end\n$/s)
})
