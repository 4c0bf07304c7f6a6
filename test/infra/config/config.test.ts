import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parse } from 'smol-toml'
import { phaseOfStep, phases, timedChecks } from '../../../domain/phases.ts'
import { generatedFiles } from '../../../infra/app/config-example.ts'
import { checkConfig, loadConfig } from '../../../infra/app/configuration.ts'
import { productWorks } from '../../../infra/app/product-functions.ts'
import { ConfigFault } from '../../../infra/config/config.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'

const root = new URL('../../../', import.meta.url)

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults
    throw error
  }
  return []
}

const works = await productWorks()
const faults = (toml: string): readonly string[] => faultsOf(() => checkConfig('test', parse(toml), { works }))

function folderWith(t: TestContext, toml: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-config-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'cortex.toml'), toml)
  return folder
}

test('without a file all defaults hold', () => {
  const { config, file, natsUrl } = loadConfig({ env: { HOME: '/home/x' }, cwd: '/' })
  assert.deepEqual(config, ConfigSchema.parse({}))
  assert.deepEqual([file, natsUrl], [null, null])
})

test('a file that is named must be there', () => {
  assert.deepEqual(
    faultsOf(() => loadConfig({ path: '/nowhere/cortex.toml', env: {} })),
    ['there is no such file'],
  )
  assert.deepEqual(
    faultsOf(() => loadConfig({ env: { CORTEX_CONFIG: '/nowhere/c.toml' } })),
    ['there is no such file (CORTEX_CONFIG names it)'],
  )
})

test('what is no TOML is told with its line and column', (t) => {
  const cwd = folderWith(t, '[limits]\ntasks = = 3\n')
  assert.match(faultsOf(() => loadConfig({ cwd, env: {} })).join(), /^line 2, column \d+ is not TOML: /)
})

test('the command line wins over the environment, the environment over the file, the file over the defaults', (t) => {
  const cwd = folderWith(t, '[nats]\nsync = "fast"\nport = 5000\n[log]\nlevel = "warn"\n')
  const sync = (env: Record<string, string>, given?: string) => loadConfig({ cwd, env, overrides: { sync: given } }).config.nats.sync
  assert.equal(sync({}), 'fast')
  assert.equal(sync({ CORTEX_SYNC: 'always' }), 'always')
  assert.equal(sync({ CORTEX_SYNC: 'always' }, 'fast'), 'fast')
  assert.equal(loadConfig({ cwd, env: {} }).config.nats.port, 5000)
  assert.equal(loadConfig({ cwd, env: { CORTEX_LOG_LEVEL: 'debug' } }).config.log.level, 'debug')
  assert.match(
    faultsOf(() => loadConfig({ cwd, env: { CORTEX_SYNC: 'never' } })).join(),
    /nats\.sync is "never", but must be one of "always", "fast"/,
  )
})

test('paths of projects and the data folder start from the file, those of the command line from the current folder', (t) => {
  const folder = folderWith(t, '[projects.api]\npath = "../api"\n')
  const loaded = loadConfig({ path: join(folder, 'cortex.toml'), cwd: '/', env: { CORTEX_CACHE_DIR: '/cache' } })
  assert.equal(loaded.config.projects['api']?.path, join(folder, '..', 'api'))
  assert.equal(loaded.dataDir, join(folder, '.cortex'))
  assert.equal(loaded.cacheDir, '/cache')
  assert.equal(loadConfig({ cwd: folder, env: { CORTEX_DATA: 'other' } }).dataDir, join(folder, 'other'))
  assert.equal(loadConfig({ cwd: folder, env: { CORTEX_DATA: 'other' }, overrides: { data: '/mine' } }).dataDir, '/mine')
})

test('the configuration is frozen through and through', () => {
  const { config } = loadConfig({ env: {}, cwd: '/' })
  assert.throws(() => Object.assign(config.limits, { tasks: 99 }), TypeError)
  assert.throws(() => config.lanes.order.push('api'), TypeError)
})

test('all faults come at once, each with its dotted place, those between sections too', () => {
  const found = faults(`
    [limits]
    taks = 3
    tasks = 0
    [projects."a b"]
    path = "."
    [projects.both]
    path = "x"
    url = "y"
    dod = [3]
    [gate]
    channels = []
    expiry = "soon"
    [masters.default]
    planner = "zed"
    [lanes.purpose]
    plan = "api"
    [lanes.api]
    url = "nope"`)
  assert.deepEqual([...found].sort(), [
    'gate.channels is empty, so that no plan could ever be approved; name one, or set gate.automatic',
    'gate.expiry is "soon": a duration looks like "30s", "5m", "24h"',
    'lanes.api.model is missing; it is a text',
    'lanes.api.url is "nope": this is no URL',
    'limits.taks is not known; did you mean "tasks"?',
    'limits.tasks is 0, but must be at least 1',
    'masters.default.planner names the agent "zed", which is not there; add a section [agents.zed]',
    'projects."a b": a name has letters, digits, "_" and "-", 64 at most',
    'projects.both has both path and url: keep one of them',
    'projects.both.dod[0] is 3, but must be a text (a shell line) or a list of texts (a program and its arguments), not empty',
  ])
})

test('a fault that only follows from another one is not told', () => {
  assert.deepEqual(faults('[projects.x]\npath = 3'), ['projects.x.path is 3, but must be a text'])
  assert.deepEqual(faults('[agents.x]\ncommand = "x"\n[masters.default]\nplanner = "x"'), ['agents.x.command is "x", but must be a list'])
})

const rules: Record<string, [toml: string, fault: RegExp]> = {
  'git parts its answers by lines': ['[projects.x]\npath = "a\\nb"', /projects\.x\.path has a line break/],
  'a project has a repository': ['[projects.x]\nmerge = "branch"', /projects\.x has no repository/],
  'only a local repository can be fast-forwarded': ['[projects.x]\nurl = "https://x.test/y"\nmerge = "ff"', /projects\.x\.merge is "ff"/],
  'a branch name is never an option of git': ['[projects.x]\npath = "."\nbase = "--upload-pack=x"', /would take it for an option/],
  'copied files stay inside the repository': ['[projects.x]\npath = "."\ncopy = ["a/../../b"]', /projects\.x\.copy\[0\]/],
  'an agent has something to run': ['[agents.x]\nmodel = "m"', /agents\.x has nothing to run/],
  'a prompt in a file needs its place in the command': ['[agents.x]\ncommand = ["x"]\nprompt = "file"', /\{prompt_file\}/],
  'variables have names': ['[agents.x]\npreset = "codex"\nenv = ["A=B"]', /"A=B" is no name of a variable/],
  'a master has the role of its post': [
    '[agents.x]\npreset = "codex"\nroles = ["plan"]\n[masters.default]\nreviewer = "x"',
    /without review/,
  ],
  'a lane that reviews by itself has its section': ['[masters.default]\nreviewer = "lanes.browser"', /no section \[lanes\.browser\]/],
  'a lane that reviews by itself is asked at all': [
    '[lanes]\norder = ["cli"]\n[lanes.browser]\n[masters.default]\nreviewer = "lanes.browser"',
    /lanes\.order is cli without browser/,
  ],
  'an endpoint that reviews by itself says whose model it is': [
    '[lanes.api]\nurl = "https://x.test/v1"\nmodel = "m"\n[masters.default]\nreviewer = "lanes.api"',
    /lanes\.api\.family/,
  ],
  'a lane writes nothing': ['[lanes.browser]\n[masters.default]\nimplementer = "lanes.browser"', /a name has letters/],
  'a lane for a purpose is in the order': ['[lanes]\norder = ["cli"]\npurpose = { plan = "api" }', /not in lanes\.order/],
  'the api lane needs its section': ['[lanes]\npurpose = { plan = "api" }', /no section \[lanes\.api\]/],
  'the browser lane needs its section': ['[lanes]\npurpose = { plan = "browser" }', /no section \[lanes\.browser\]/],
  'jobs of the model proxy go to the browser alone': [
    '[lanes]\npurpose = { chat = "cli" }',
    /jobs of the model proxy go to the browser lane alone/,
  ],
  'a browser lane waits for something': ['[lanes.browser]\nhold = "0s"', /lanes\.browser\.hold/],
  'a cooldown is not nothing': ['[lanes.browser.cooldown]\nchallenge = "0s"', /lanes\.browser\.cooldown\.challenge/],
  'a proxy that others can reach has a token': ['[gateway.proxy]\nhost = "0.0.0.0"', /gateway\.proxy\.token_env/],
  'a lane is named once': ['[lanes]\norder = ["cli", "cli"]', /names a lane twice/],
  'a time limit is not nothing': ['[timeouts]\nplan = "0s"', /timeouts\.plan/],
  'a time limit fits into a calendar': ['[budget]\ntime = "99999999999d"', /shorter than ten years/],
  'a gate does not wait for longer than its timer is kept': ['[gate]\nexpiry = "30d"', /gate\.expiry is "30d".*30d.*EVENTS/],
  'a task that is open finds its questions': ['[retention]\nprompts = "7d"', /retention\.prompts is "7d".*task_age \("20d"\)/],
  'a task does not grow older than its beginning is kept': [
    '[limits]\ntask_age = "3649d"\n[retention]\nprompts = "3649d"',
    /limits\.task_age is "3649d".*30d/,
  ],
  'a job is not held for longer than it is kept': ['[lanes.browser]\nhold = "31d"', /lanes\.browser\.hold/],
  'work does not take longer than its function may': [
    '[timeouts]\nexecute = "4h"',
    /timeouts\.execute is "4h".*the 3h after which write-code/,
  ],
  'a port is a port': ['[nats]\nport = 70000', /nats\.port is 70000/],
}
for (const [rule, [toml, fault]] of Object.entries(rules))
  test(rule, () => {
    const found = faults(toml)
    assert.equal(found.length, 1, found.join('\n'))
    assert.match(found[0] ?? '', fault)
  })

test('every function that is bound by a setting says so, and all that cannot hold is told at once', () => {
  const names = works.map(({ name }) => name)
  const checking = timedChecks.map(([check]) => phases[phaseOfStep(check)].listener)
  assert.deepEqual(names.sort(), ['ask-api', 'ask-cli', 'check-base', 'write-code', ...checking].sort())
  const found = faults('[timeouts]\nexecute = "3h"\ndod = "1d"\nplan = "2h"\nbogus = 1\n[gate]\nexpiry = "40d"')
  const places = found.map((fault) => /[a-z]+\.[a-z]+/.exec(fault)?.[0])
  assert.deepEqual(places.sort(), [
    'gate.expiry',
    'timeouts.bogus',
    'timeouts.dod',
    'timeouts.dod',
    'timeouts.execute',
    'timeouts.plan',
    'timeouts.plan',
  ])
})

test('without its section there is no browser lane; an empty one has all defaults', () => {
  assert.equal(ConfigSchema.parse({}).lanes.browser, undefined)
  const { site, window, conversation, deadline, hold, depth, cooldown, models } =
    ConfigSchema.parse({ lanes: { browser: {} } }).lanes.browser ?? {}
  assert.deepEqual(
    { site, window, conversation, deadline, hold, depth, models },
    {
      ...{ site: 'chatgpt', window: 'hidden', conversation: 'new' },
      ...{ deadline: '20m', hold: '6h', depth: 120, models: [] },
    },
  )
  assert.deepEqual(cooldown, { auth_required: '5m', challenge: '90s', rate_limited: '45s', degraded: '15s' })
})

test('the proxy listens on loopback without a token, and anywhere with one', () => {
  for (const host of ['127.0.0.1', 'localhost', '::1', '127.0.3.4']) assert.deepEqual(faults(`[gateway.proxy]\nhost = "${host}"`), [])
  assert.deepEqual(faults('[gateway.proxy]\nhost = "0.0.0.0"\ntoken_env = "PROXY_TOKEN"'), [])
})

test('a NATS_URL that is no address is refused before anything starts, without repeating what may be a password', () => {
  const found = faultsOf(() => loadConfig({ env: { NATS_URL: 'http://user:secret@host/x y' }, cwd: '/' }))
  assert.match(found.join(), /^NATS_URL is no address/)
  assert.doesNotMatch(found.join(), /secret/)
  assert.equal(loadConfig({ env: { NATS_URL: 'nats://u:p@host:4222' }, cwd: '/' }).natsUrl, 'nats://u:p@host:4222')
})

for (const [name, content] of Object.entries(generatedFiles))
  test(`${name} is what the schema gives`, () => {
    assert.equal(readFileSync(new URL(name, root), 'utf8'), content(), 'run node infra/app/config-example.ts --write')
  })

test('the example is a right configuration, as it is and with everything uncommented', () => {
  const text = generatedFiles['cortex.example.toml']()
  assert.ok(checkConfig('example', parse(text)).projects['this'])
  const all = text.replace(/^# (?=\[|[a-z_]+ = )/gm, '')
  const found = faults(all.replaceAll('"other"', '"name"').replace(/^url = "https:\/\/example.com\/team.*$/m, ''))
  assert.deepEqual(found, [])
})
