import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowFinding, versionFinding, withoutAgents } from '../../../cli/doctor/agents.ts'
import { formatDoctor } from '../../../cli/doctor/doctor.ts'
import { keyFinding } from '../../../cli/doctor/keys.ts'
import { judgeDisk, judgeVersion } from '../../../cli/doctor/machine.ts'
import { reviewFinding } from '../../../cli/doctor/review.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import type { ProcessResult } from '../../../infra/processes/processes.ts'

test('a version is well from the oldest that works, and anything else comes with advice', () => {
  assert.deepEqual(judgeVersion('git', 'git version 2.39.5', '2.30.0', 'install it'), {
    name: 'git',
    ok: 'yes',
    found: '2.39.5',
    advice: '',
  })
  assert.deepEqual(judgeVersion('git', 'git version 2.9', '2.30.0', 'install it'), {
    name: 'git',
    ok: 'no',
    found: '2.9.0, but 2.30.0 or newer is needed',
    advice: 'install it',
  })
  assert.equal(judgeVersion('git', 'not found (git is not installed)', '2.30.0', 'install it').ok, 'no')
})

test('less than 1 GiB of free disk is too little', () => {
  assert.deepEqual(judgeDisk('disk: data', '/x', { free: 2 ** 30 }), {
    name: 'disk: data',
    ok: 'yes',
    found: '1.0 GiB free in /x',
    advice: '',
  })
  assert.equal(judgeDisk('disk: data', '/x', { free: 2 ** 30 - 1 }).ok, 'no')
  const readOnly = judgeDisk('disk: data', '/x', { free: 2 ** 40, unwritable: 'its file system is read-only' })
  assert.deepEqual([readOnly.ok, readOnly.found], ['no', '/x cannot be written: its file system is read-only'])
})

test('without configured agents the advice names one that is here', () => {
  assert.match(withoutAgents(['codex']).advice, /\[agents\.codex\]/)
  assert.match(withoutAgents([]).advice, /\[agents\.claude\]/)
})

test('where one model is alone it is said whose work nobody reviews', () => {
  const found = (agents: object) =>
    reviewFinding({ loaded: { config: ConfigSchema.parse({ agents }), file: null } }).map((finding) => finding.found)
  assert.match(found({ claude: { preset: 'claude' } })[0] ?? '', /nobody may review what claude writes: .* goes to a person/)
  assert.match(found({ opus: { preset: 'claude' }, sonnet: { preset: 'claude' } })[0] ?? '', /opus, sonnet/)
  assert.deepEqual([found({ claude: { preset: 'claude' }, codex: { preset: 'codex' } }), found({})], [[], []])
})

test('where a page of another model reviews, it is said what it reviews; where it is of the same model, that nobody does', () => {
  const found = (agent: string, site: string) => {
    const config = ConfigSchema.parse({ agents: { [agent]: { preset: agent } }, lanes: { browser: { site } } })
    return reviewFinding({ loaded: { config, file: null } }).map(({ ok, found }) => `${ok}: ${found}`)
  }
  assert.deepEqual(found('claude', 'chatgpt'), ['yes: lanes.browser (codex) reviews what claude writes'])
  assert.match(found('codex', 'chatgpt')[0] ?? '', /^optional: nobody may review what codex writes/)
})

test('an agent that does not hear of "allow" is named', () => {
  const found = (agents: object) => allowFinding({ loaded: { config: ConfigSchema.parse({ agents }) } }).map((finding) => finding.found)
  const allow = ['Bash(npm install:*)']
  assert.deepEqual(found({ codex: { preset: 'codex', allow }, own: { command: ['my-agent'], allow } }), [
    'codex, own do not hear of "allow": of the presets only claude takes it',
  ])
  assert.deepEqual(found({ claude: { preset: 'claude', allow }, own: { command: ['my-agent', '--tools={allow}'], allow } }), [])
  assert.deepEqual(found({ codex: { preset: 'codex' } }), [])
})

test('what agents hold of their keys in the sandbox is said, and what is real of it comes with advice', async () => {
  const told = async (agents: object, env: Record<string, string>) => {
    const [finding] = await keyFinding({ loaded: { config: ConfigSchema.parse({ agents }) }, env: { HOME: '/nowhere', ...env } })
    return finding && [finding.ok, finding.found]
  }
  const both = { claude: { preset: 'claude' }, codex: { preset: 'codex' } }
  assert.equal(await told(both, {}), undefined)
  assert.deepEqual(await told(both, { ANTHROPIC_API_KEY: 'a-real-key', OPENAI_API_KEY: 'a-real-key' }), [
    'yes',
    'claude holds a stand-in for ANTHROPIC_API_KEY; codex holds a stand-in for CODEX_API_KEY, OPENAI_API_KEY',
  ])
  const [state, found] = (await told(both, { ANTHROPIC_API_KEY: 'a-real-key\n' })) ?? []
  assert.equal(state, 'optional')
  assert.match(found ?? '', /in ANTHROPIC_API_KEY a sign that no header may hold, such as a line break at its end/)
  const own = { own: { command: ['my-agent'], env: ['MY_KEY'] }, claude: { preset: 'claude', mask_keys: 'none' } }
  assert.deepEqual(await told(own, { MY_KEY: 'a-real-key', ANTHROPIC_API_KEY: 'a-real-key' }), [
    'optional',
    'own holds MY_KEY (where it shows its key is not known); claude holds ANTHROPIC_API_KEY (mask_keys = "none")',
  ])
})

test('the table has a line for each finding, advice below it, and ends with what is to be mended', () => {
  const text = formatDoctor([
    { name: 'Node', ok: 'yes', found: '26.10.0', advice: '' },
    { name: 'semgrep', ok: 'optional', found: 'not found', advice: 'pip install semgrep' },
    { name: 'git', ok: 'no', found: 'not found', advice: 'apt install git' },
  ])
  assert.equal(
    text,
    [
      'ok        Node     26.10.0',
      'optional  semgrep  not found',
      '                   -> pip install semgrep',
      'MISSING   git      not found',
      '                   -> apt install git',
      '',
      'To be mended first: git.',
      '',
    ].join('\n'),
  )
  assert.match(formatDoctor([{ name: 'Node', ok: 'yes', found: '26', advice: '' }]), /Everything that is needed is here/)
})

test('only an agent that cannot be started is to be installed; one that hangs or fails is looked at', () => {
  const agent = { name: 'claude', versionCommand: ['/opt/claude', '--version'], roles: ['plan' as const] }
  const ended = { stdout: '', stderr: '', exitCode: null, signal: null, timedOut: false } as unknown as ProcessResult
  const failed = { code: 'ENOENT', message: '/opt/claude is not installed or not on the PATH' }
  assert.match(versionFinding(agent, { ...ended, startFailure: failed }).advice, /^npm install/)
  const hung = versionFinding(agent, { ...ended, timedOut: true, signal: 'SIGKILL' })
  assert.match(hung.found, /no end after 15 s/)
  for (const { advice } of [hung, versionFinding(agent, { ...ended, exitCode: 3, stderr: 'no login' })]) {
    assert.match(advice, /it is there: run "\/opt\/claude --version" yourself/)
    assert.doesNotMatch(advice, /install/)
  }
})
