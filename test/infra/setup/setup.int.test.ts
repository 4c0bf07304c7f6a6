import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cachedNatsServer, cachedSemgrep } from '../../../infra/setup/cache.mjs'
import { cachedVersitygw } from '../../setup/versitygw.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** A machine that has only the programs it is given, and a network that answers as told. */
function machine(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-setup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const bin = join(folder, 'bin')
  const cache = join(folder, 'cache')
  mkdirSync(bin)
  let network = 'throw new Error("no network here")'
  const start = async (script: string, args: string[], more: Record<string, string>) => {
    const preload = `data:text/javascript,${encodeURIComponent(`globalThis.fetch = async () => { ${network} }`)}`
    const env = { PATH: bin, HOME: folder, CORTEX_CACHE_DIR: cache, NODE_OPTIONS: `--import=${preload}`, ...more }
    const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    const [code]: number[] = await once(child, 'close')
    return { code, lines: output.split('\n').filter((line) => line !== '') }
  }
  const self = {
    folder,
    cache,
    has(name: string, script: string) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
      chmodSync(join(bin, name), 0o755)
      return self
    },
    lacks(name: string) {
      rmSync(join(bin, name))
      return self
    },
    fetching(body: string) {
      network = body
      return self
    },
    setUp: (args: string[] = [], more: Record<string, string> = {}, at = root) =>
      start(join(at, 'infra', 'setup', 'setup.mjs'), args, more),
    /** What a tier of tests is set up with. */
    setUpTests: (tier: string, more: Record<string, string> = {}, at = root) =>
      start(join(at, 'test', 'setup', 'setup.mjs'), ['--for', tier], more),
  }
  for (const program of sandboxPrograms) self.has(program, 'exit 0')
  return self.has('git', 'echo git version 2.40.1').has('chromium', 'echo Chromium 150.0.1.2')
}

const sandboxPrograms = ['bwrap', 'socat', 'rg']

const natsServer = (version: string): string => `echo nats-server: v${version}`
const goThatBuilds = `printf '#!/bin/sh\\n${natsServer('2.15.1')}\\n' > "$GOBIN/nats-server"; /bin/chmod +x "$GOBIN/nats-server"`

test('with everything there it says nothing', async (t) => {
  const result = await machine(t).has('nats-server', natsServer('2.12.0')).has('semgrep', 'echo 1.99.0').setUp(['--for', 'demo'])
  assert.deepEqual(result, { code: 0, lines: [] })
})

test('wrong arguments are a usage error', async (t) => {
  const { code, lines } = await machine(t).setUp(['--for', 'lunch'])
  assert.deepEqual([code, lines.length], [2, 1])
})

test('an old or absent git ends the set-up with one sentence and exit 3', async (t) => {
  const { code, lines } = await machine(t).has('git', 'echo git version 2.20.1').setUp()
  assert.deepEqual([code, lines.length], [3, 1])
  assert.match(lines[0] ?? '', /git 2\.30\.0 or newer is needed, found: 2\.20\.1/)
})

test('without any way to nats-server the sentence names every way that was tried, and nothing half done is left', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.11.9'))
  const { code, lines } = await place.setUp()
  assert.equal(code, 3)
  assert.match(lines[0] ?? '', /2\.11\.9, too old; fetching 2\.15\.1/)
  for (const way of ['release download: ', 'Python wheel: python3: ', 'go install: go is not installed'])
    assert.ok(lines.at(-1)?.includes(way), way)
  assert.deepEqual(readdirSync(join(place.cache, 'bin')), [])
  assert.deepEqual(readdirSync(join(place.cache, 'locks')), [])
})

test('a release archive with another checksum is not used', {
  skip: process.platform !== 'linux' ? 'no checksum is pinned here' : false,
}, async (t) => {
  const { code, lines } = await machine(t).fetching('return new Response("evil")').has('go', 'echo error: no >&2; exit 1').setUp()
  assert.equal(code, 3)
  assert.match(lines.at(-1) ?? '', /release download: the checksum of https:\S+ is [0-9a-f]{64}, not the known one/)
})

test('what is fetched is tried before it is kept', async (t) => {
  const place = machine(t).has('go', goThatBuilds.replace('2.15.1', '2.9.0'))
  const { code, lines } = await place.setUp()
  assert.equal(code, 3)
  assert.match(lines.at(-1) ?? '', /what came is not nats-server 2\.15\.1/)
  assert.equal(existsSync(cachedNatsServer(place.cache)), false)
})

test('two set-ups at once fetch once, and the next one is silent', async (t) => {
  const place = machine(t).has('go', `echo built >> "$HOME/builds"; ${goThatBuilds}`)
  const both = await Promise.all([place.setUp(), place.setUp()])
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
  )
  assert.equal(readFileSync(join(place.folder, 'builds'), 'utf8'), 'built\n')
  assert.deepEqual(await place.setUp(), { code: 0, lines: [] })
})

test('a lock of a set-up that is gone is taken over', async (t) => {
  const place = machine(t).has('go', goThatBuilds)
  const gone = spawn(process.execPath, ['-e', ''])
  await once(gone, 'close')
  mkdirSync(join(place.cache, 'locks'), { recursive: true })
  writeFileSync(join(place.cache, 'locks', 'nats-server-2.15.1.lock'), String(gone.pid))
  assert.equal((await place.setUp()).code, 0)
})

test('without Python the scans are given up in one line and the set-up goes on', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.15.0'))
  const { code, lines } = await place.setUpTests('test')
  assert.equal(code, 0)
  assert.match(lines.at(-1) ?? '', /semgrep: not available because python3 -m venv failed .*; scans will be skipped and say so/)
  assert.equal(cachedSemgrep(place.cache), null)
  assert.deepEqual(
    readdirSync(place.cache).filter((name) => name.startsWith('semgrep')),
    [],
  )
})

/** A machine on which only the browser is missing. */
const withoutBrowser = (t: TestContext) =>
  machine(t).lacks('chromium').has('nats-server', natsServer('2.15.0')).has('semgrep', 'echo 1.99.0')
const isRoot = process.getuid?.() === 0
const onlyRoot = { skip: isRoot ? false : 'only root may install packages' }

test('without a browser and apt-get one line says how to get one, and the set-up goes on', async (t) => {
  const { code, lines } = await withoutBrowser(t).setUp(['--for', 'demo'])
  assert.deepEqual([code, lines.length], [0, 1])
  assert.match(lines[0] ?? '', /browser: not found, and installing it needs apt-get; .*will be skipped and say so; install Chromium/)
})

test('who is not root is told so, and apt-get is not called', { skip: isRoot ? 'this is root' : false }, async (t) => {
  const place = withoutBrowser(t).has('apt-get', 'echo called >> "$HOME/apt"')
  assert.match((await place.setUp(['--for', 'demo'])).lines.join(), /installing it needs root/)
  assert.equal(existsSync(join(place.folder, 'apt')), false)
})

test('a browser is installed by apt-get without extras, in one line, and the next set-up is silent', onlyRoot, async (t) => {
  const chromium = `printf '#!/bin/sh\\necho Chromium 150.0.1.2\\n' > "$HOME/bin/chromium"; /bin/chmod +x "$HOME/bin/chromium"`
  const place = withoutBrowser(t).has('apt-get', `echo "$@" >> "$HOME/apt"; case "$*" in *install*) ${chromium};; esac`)
  const { code, lines } = await place.setUp(['--for', 'demo'])
  assert.deepEqual([code, lines], [0, ['set-up: browser: not found; installing the package chromium with apt-get (about 100 MB to fetch)']])
  const [update, install, ...more] = readFileSync(join(place.folder, 'apt'), 'utf8').trim().split('\n')
  assert.match(update ?? '', / update$/)
  assert.match(install ?? '', / install -y --no-install-recommends chromium$/)
  assert.deepEqual(more, [])
  assert.deepEqual(await place.setUp(['--for', 'demo']), { code: 0, lines: [] })
})

test('an apt-get that fails is told with its reason, and the set-up goes on', onlyRoot, async (t) => {
  const place = withoutBrowser(t).has('apt-get', 'echo "E: Unable to locate package chromium (error)" >&2; exit 100')
  const { code, lines } = await place.setUp(['--for', 'demo'])
  assert.equal(code, 0)
  assert.match(lines.at(-1) ?? '', /apt-get install failed: E: Unable to locate package chromium .*\(exit 100\)/)
})

test(
  'what the sandbox is made of is installed by apt-get, and without it one line says that agents run unconfined',
  onlyRoot,
  async (t) => {
    const place = machine(t).has('nats-server', natsServer('2.15.0')).has('semgrep', 'echo 1.99.0').lacks('bwrap')
    assert.match(
      (await place.setUp(['--for', 'demo'])).lines.join(),
      /sandbox: bubblewrap not found; .*apt-get install bubblewrap\) agents run without a sandbox/,
    )
    const bubblewrap = `printf '#!/bin/sh\\n' > "$HOME/bin/bwrap"; /bin/chmod +x "$HOME/bin/bwrap"`
    place.has('apt-get', `echo "$@" >> "$HOME/apt"; ${bubblewrap}`)
    assert.deepEqual((await place.setUp(['--for', 'demo'])).lines, [
      'set-up: sandbox: bubblewrap not found; installing by apt-get install bubblewrap',
    ])
    assert.match(readFileSync(join(place.folder, 'apt'), 'utf8'), /^\S+ \S+ install --yes --no-install-recommends bubblewrap\n$/)
    assert.deepEqual(await place.setUp(['--for', 'demo']), { code: 0, lines: [] })
  },
)

test('a browser that does not start after its installation counts as none', onlyRoot, async (t) => {
  const stub = `printf '#!/bin/sh\\necho error: needs a snap >&2; exit 1\\n' > "$HOME/bin/chromium"; /bin/chmod +x "$HOME/bin/chromium"`
  const { lines } = await withoutBrowser(t).has('apt-get', stub).setUp(['--for', 'demo'])
  assert.match(lines.at(-1) ?? '', /the installed \S+ does not run: error: needs a snap/)
})

test('a browser that CORTEX_BROWSER names and that is not there is not replaced by another', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.15.0')).has('semgrep', 'echo 1.99.0')
  const { code, lines } = await place.setUp(['--for', 'demo'], { CORTEX_BROWSER: '/nowhere/chrome' })
  assert.deepEqual([code, lines.length], [0, 1])
  assert.match(lines[0] ?? '', /CORTEX_BROWSER names \/nowhere\/chrome, which is no program that we may run/)
})

test('the S3 server for the tests is built by Go once; without Go its tests are said to be skipped', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.15.0')).has('semgrep', 'echo 1.99.0')
  assert.match(
    (await place.setUpTests('test')).lines.join(),
    /S3 server: not available because go install failed: go is not installed; the tests .* will be skipped and say so/,
  )
  const built = `printf '#!/bin/sh\\necho 1.8.0\\n' > "$GOBIN/versitygw"; /bin/chmod +x "$GOBIN/versitygw"`
  place.has('go', `echo "$@" >> "$HOME/builds"; ${built}`)
  await place.setUpTests('test')
  assert.match(readFileSync(join(place.folder, 'builds'), 'utf8'), /^install .*versity\/versitygw\/cmd\/versitygw@v1\.8\.0\n$/)
  assert.ok(existsSync(cachedVersitygw(place.cache)))
  assert.deepEqual(readdirSync(join(place.cache, 'bin')), ['versitygw-1.8.0'])
  assert.doesNotMatch((await place.setUpTests('test')).lines.join(), /S3 server/)
})

test('agents that cannot be installed are told in one line, and the set-up goes on', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.15.0')).has('npm', 'echo "npm error network is down" >&2; exit 1')
  const { code, lines } = await place.setUpTests('agents')
  assert.equal(code, 0)
  assert.match(lines.at(-1) ?? '', /agents: not available because npm install failed: npm error network is down/)
})

/** A clone without node_modules, and an npm that makes what the script says. */
function clone(place: ReturnType<typeof machine>, npm: string) {
  const at = join(place.folder, 'clone')
  for (const folder of ['infra/setup', 'infra/locks', 'test/setup']) cpSync(join(root, folder), join(at, folder), { recursive: true })
  const packages = { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/elsewhere': { version: '1.0.0', optional: true } }
  writeFileSync(join(at, 'package-lock.json'), JSON.stringify({ packages }))
  const script = join(place.folder, 'npm-cli.js')
  writeFileSync(
    script,
    `const fs = require('node:fs'); const args = process.argv.slice(2); fs.appendFileSync(process.env.HOME + '/npm-calls', JSON.stringify({ args, env: process.env }) + '\\n'); ${npm}`,
  )
  return { at, script }
}
const installs = `fs.mkdirSync('node_modules/a', { recursive: true }); fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));`

test('packages are installed by the npm that runs us, without the settings of its own call', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.15.0'))
  const { at, script } = clone(place, installs)
  const outer = {
    npm_execpath: script,
    npm_config_omit: 'optional',
    npm_config_global: 'true',
    npm_lifecycle_event: 'predemo',
    npm_config_registry: 'http://127.0.0.1:9',
  }
  const { code, lines } = await place.setUp([], outer, at)
  assert.deepEqual([code, lines], [0, ['set-up: packages: node_modules is missing; running npm ci']])
  const call: { args: string[]; env: Record<string, string> } = JSON.parse(readFileSync(join(place.folder, 'npm-calls'), 'utf8'))
  assert.deepEqual(call.args.slice(0, 3), ['ci', '--include=dev', '--include=optional'])
  assert.deepEqual(
    Object.keys(call.env).filter((name) => name.startsWith('npm_')),
    ['npm_config_registry'],
  )
  assert.deepEqual(await place.setUp([], outer, at), { code: 0, lines: [] })
  writeFileSync(join(at, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0' } } }))
  assert.match(
    (await place.setUp([], outer, at)).lines.join('\n'),
    /a is 1\.0\.0, not 2\.0\.0; running npm ci[\s\S]*ended well, and still a is 1\.0\.0/,
  )
})

test('the set-up of the tests needs no packages either, and has its usage line', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.15.0'))
  const { at, script } = clone(place, installs)
  const { code, lines } = await place.setUpTests('chaos', { npm_execpath: script }, at)
  assert.equal(code, 0)
  assert.equal(lines[0], 'set-up: packages: node_modules is missing; running npm ci')
  assert.match(
    lines.join('\n'),
    /schemathesis for Python: not available because python3 -m venv failed.*; its test will be skipped and say so/,
  )
  const wrong = await place.setUpTests('lunch')
  assert.deepEqual([wrong.code, wrong.lines], [2, ['set-up: usage: node test/setup/setup.mjs [--for test|wide|chaos|agents|sites]']])
})

test('a lock file without the packages of other machines is installed by npm install, which leaves the file alone', async (t) => {
  const place = machine(t).has('nats-server', natsServer('2.15.0'))
  const refusal = `if (args[0] === 'ci') { console.error('npm error code EUSAGE\\nnpm error Missing: b@ from lock file'); process.exit(1) }`
  const { at, script } = clone(place, `${refusal} ${installs}`)
  const { code, lines } = await place.setUp([], { npm_execpath: script }, at)
  assert.deepEqual([code, lines.length], [0, 2])
  const calls = readFileSync(join(place.folder, 'npm-calls'), 'utf8').trim().split('\n')
  assert.match(calls[1] ?? '', /"install","--no-save"/)
})

test('an npm that fails ends the set-up with its reason and exit 3', async (t) => {
  const place = machine(t)
  const { at, script } = clone(place, `console.error('npm error code ENOSPC'); process.exit(1)`)
  const { code, lines } = await place.setUp([], { npm_execpath: script }, at)
  assert.equal(code, 3)
  assert.match(lines.at(-1) ?? '', /npm ci failed: npm error code ENOSPC/)
})
