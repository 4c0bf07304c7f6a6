import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileChange } from '../../../functions/ports.ts'
import { assess, type Texts } from '../../../infra/yardstick/assess.ts'
import { keysOf, kindsOf, matcherOf } from '../../../infra/yardstick/kinds.ts'
import { movedIn } from '../../../infra/yardstick/locks.ts'
import { mergeManifest } from '../../../infra/yardstick/manifests.ts'
import { reachedFrom, scriptsNamedIn } from '../../../infra/yardstick/reach.ts'
import { heldOf } from '../../../infra/yardstick/rewritten.ts'
import { startedBy, withScripts } from '../../../infra/yardstick/started.ts'
import { includedBy, scriptsIn } from '../../../infra/yardstick/yardstick.ts'

const kindOf = kindsOf({ tests: ['checks/'], runners: ['/scripts/verify.mjs'] })

test('files are told apart by their names, wherever they lie', () => {
  const kinds = {
    test: [
      'test/a.js',
      'src/cart.test.ts',
      'packages/x/__tests__/y.jsx',
      'test_cart.py',
      'cart_test.go',
      'src/test/java/A.java',
      'checks/a.js',
      'test.mjs',
      'src/test-helpers/check.js',
      'shop/testing/compare.py',
      'lib/test_util.go',
    ],
    runner: [
      ...[
        'conftest.py',
        'tests/conftest.py',
        'Makefile',
        '.npmrc',
        'node_modules/.bin/node',
        '.github/workflows/ci.yml',
        'jest.config.mjs',
      ],
      ...['tsconfig.test.json', '.cargo/config.toml', 'pytest.py', 'scripts/verify.mjs', '.mocharc.json', 'a/b/tox.ini'],
    ],
    manifest: ['package.json', 'packages/x/package.json', 'pyproject.toml', 'Cargo.toml'],
    lock: ['package-lock.json', 'Cargo.lock'],
    product: [
      'src/cart.js',
      'shop/pytest.py',
      'latest.js',
      'contest.js',
      'src/latest-helpers.js',
      'scripts/other.mjs',
      'README.md',
      'src/lib.rs',
      'protest/a.js',
    ],
  }
  for (const [kind, files] of Object.entries(kinds)) for (const file of files) assert.equal(kindOf(file) ?? 'product', kind, file)
})

test('a new file that Python would load in the place of its own belongs to what runs the tests; one that the base has is the product', () => {
  for (const file of ['json.py', 'src/queue.py', 'difflib/__init__.py', 'pluggy.py']) {
    assert.equal(kindOf(file), 'usurper', file)
    assert.deepEqual(assessed([change(file, { change: 'added' })]).remove, [file])
    assert.deepEqual(assessed([change('a.py', { change: 'renamed', file, from: 'a.py' })]).remove, [file])
    assert.deepEqual(assessed([change(file)]), nothing)
  }
  for (const file of ['shop/json.py', 'jsons.py', 'json/a.py', 'types/index.d.ts']) assert.equal(kindOf(file), undefined, file)
})

test('what a Makefile takes in is known by its names, there or not', () => {
  const makefile =
    '-include local.mk ./config/*.inc # mine\ninclude $(wildcard x/*)\ninclude ../y.mk /etc/z\nsinclude a\ntest:\n\tinclude b\n'
  assert.deepEqual(includedBy(makefile), ['local.mk', 'config/*.inc', 'a'])
})

test('a pattern means names, folders or paths', () => {
  assert.ok(matcherOf('*.{a,b}').test('x/y.b'))
  assert.ok(!matcherOf('*.a').test('x.a/y'))
  assert.ok(matcherOf('t/').test('a/t/b/c') && !matcherOf('t/').test('t'))
  assert.ok(matcherOf('test/').test('test/a\nb/c') && matcherOf('conftest.py').test('a\u2028b/conftest.py'))
  assert.ok(matcherOf('a/**').test('a/b/c') && !matcherOf('a/**').test('b/a/c'))
})

const change = (file: string, more: Partial<FileChange> = {}): FileChange => ({
  file,
  change: 'changed',
  is: 'file',
  added: 1,
  removed: 1,
  ...more,
})
const assessed = (files: FileChange[], texts: Record<string, Texts> = {}) => {
  const { changes, ...rest } = assess(files, kindOf, texts)
  return { ...rest, changes: changes.map(({ file, kind, change: what }) => `${kind} ${file} ${what}`) }
}
const nothing = { changes: [], restore: [], remove: [], write: {} }

test('the product is left as it is, and new tests are left out where the base judges', () => {
  assert.deepEqual(assessed([change('src/cart.js')]), nothing)
  assert.deepEqual(assessed([change('src/cart.js'), change('test/new.js', { change: 'added' })]), {
    ...nothing,
    changes: ['test test/new.js added'],
    remove: ['test/new.js'],
  })
})

test('tests of the base come back, whatever became of them, and what is new in how tests are run goes', () => {
  const files = [
    change('test/a.js'),
    change('test/b.js', { is: 'empty' }),
    change('test/c.js', { is: 'link' }),
    { file: 'test/d.js', change: 'deleted', added: 0, removed: 9 } as const,
    change('test/f.js', { change: 'renamed', from: 'test/e.js' }),
    change('old/g.js', { change: 'renamed', from: 'test/g.js' }),
    change('conftest.py', { change: 'added' }),
    change('Makefile'),
  ]
  assert.deepEqual(assessed(files), {
    changes: [
      'test test/a.js changed',
      'test test/b.js emptied',
      'test test/c.js replaced by a link',
      'test test/d.js deleted',
      'test test/f.js renamed',
      'test test/g.js deleted',
      'runner conftest.py added',
      'runner Makefile changed',
    ],
    restore: ['test/a.js', 'test/b.js', 'test/c.js', 'test/d.js', 'test/e.js', 'test/g.js', 'Makefile'],
    remove: ['test/f.js', 'conftest.py'],
    write: {},
  })
})

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
const before = json({ name: 'shop', scripts: { test: 'node --test' }, devDependencies: { mocha: '^11.0.0' } })

test('a new dependency is not part of what judges, and lock files follow it', () => {
  const after = json({
    name: 'shop',
    scripts: { test: 'node --test' },
    devDependencies: { mocha: '^11.0.0' },
    dependencies: { ms: '^2.0.0' },
  })
  const files = [change('package.json'), change('package-lock.json')]
  assert.deepEqual(assessed(files, { 'package.json': { base: before, head: after }, 'package-lock.json': locked }), nothing)
  const below = [change('packages/x/package.json'), change('package-lock.json')]
  assert.deepEqual(assessed(below, { 'packages/x/package.json': { base: before, head: after }, 'package-lock.json': locked }), nothing)
})

const lockOf = (mocha: object, more: object = {}): string =>
  json({ lockfileVersion: 3, packages: { '': { name: 'shop' }, 'node_modules/mocha': { version: '11.0.0', ...mocha }, ...more } })
const resolved = (name: string, version: string) => ({ resolved: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz` })
const locked = {
  base: lockOf(resolved('mocha', '11.0.0')),
  head: lockOf(resolved('mocha', '11.0.1'), { 'node_modules/ms': resolved('ms', '2.0.0') }),
}

test('a lock file follows dependencies alone: no other words of a manifest, no new manifest elsewhere, and no package from another place', () => {
  const touched = { changes: ['runner package-lock.json changed'], restore: ['package-lock.json'] }
  const lock = change('package-lock.json')
  const described = {
    'package.json': { base: before, head: json({ ...JSON.parse(before), description: 'x' }) },
    'package-lock.json': locked,
  }
  assert.deepEqual(assessed([change('package.json'), lock], described), { ...nothing, ...touched })
  const added = change('x/package.json', { change: 'added' })
  assert.deepEqual(assessed([added, lock], { 'package-lock.json': locked }), { ...nothing, ...touched })
  const more = { base: before, head: json({ ...JSON.parse(before), dependencies: { ms: '^2.0.0' } }) }
  for (const mocha of [{ resolved: 'lib/fake', link: true }, resolved('evil', '1.0.0'), { ...resolved('mocha', '11.0.0'), name: 'evil' }]) {
    const texts = { 'package.json': more, 'package-lock.json': { base: locked.base, head: lockOf(mocha) } }
    assert.deepEqual(assessed([change('package.json'), lock], texts), { ...nothing, ...touched })
  }
})

test('a lock file that comes beside a manifest of the base is taken before its own', () => {
  const shrinkwrap = change('npm-shrinkwrap.json', { change: 'added' })
  assert.deepEqual(assessed([shrinkwrap]), { ...nothing, changes: ['runner npm-shrinkwrap.json added'], remove: ['npm-shrinkwrap.json'] })
  const whole = ['package.json', 'package-lock.json'].map((name) => change(`x/${name}`, { change: 'added' }))
  assert.deepEqual(assessed(whole), nothing)
})

test('every kind of lock file shows a package that comes from another place', () => {
  const toml = (source: string) => `[[package]]\nname = "runner"\nversion = "1.0.0"\n${source}\n`
  const moves: Readonly<Record<string, readonly [base: string, head: string]>> = {
    'Cargo.lock': [toml('source = "registry+https://example.com/index"'), toml('')],
    'uv.lock': [toml('source = { registry = "https://pypi.org/simple" }'), toml('source = { editable = "fake" }')],
    'poetry.lock': [toml(''), toml('[package.source]\ntype = "directory"\nurl = "fake"')],
    'Pipfile.lock': [json({ default: { runner: { index: 'pypi', version: '1' } } }), json({ default: { runner: { path: './fake' } } })],
    'composer.lock': [
      json({ packages: [{ name: 'runner', dist: { type: 'zip', url: 'https://example.com/1' } }] }),
      json({ packages: [{ name: 'runner', dist: { type: 'path', url: 'fake' } }] }),
    ],
    'yarn.lock': ['"runner@^1":\n  version "1.0.0"\n', '"runner@^1, runner@file:./fake":\n  version "1.0.0"\n'],
    'pnpm-lock.yaml': ['runner:\n  version: 1.0.0\n', 'runner:\n  version: link:fake\n'],
    'Gemfile.lock': ['GEM\n  remote: https://rubygems.org/\n', 'PATH\n  remote: fake\n'],
  }
  for (const [file, [base, head]] of Object.entries(moves)) {
    assert.notDeepEqual(movedIn(file, base, head), [], file)
    assert.deepEqual(movedIn(file, base, base.replaceAll('1.0.0', '1.0.1')), [], file)
  }
  assert.equal(movedIn('package-lock.json', locked.base, '{'), undefined)
})

test('nothing is put in the place of others from elsewhere, and a version may change wherever it comes from', () => {
  const merged = (file: string, base: string, head: string) => mergeManifest(file, base, head, keysOf(file))
  for (const more of [
    { overrides: { mocha: 'file:./lib/m' } },
    { overrides: { nyc: { mocha: 'someone/mocha' } } },
    { overrides: { mocha: '$fake' } },
    { resolutions: { '**/mocha': 'link:./lib/m' } },
    { workspaces: ['lib/m'] },
  ])
    assert.equal(merged('package.json', before, json({ ...JSON.parse(before), ...more }))?.isOther, true, JSON.stringify(more))
  for (const more of [{ overrides: { mocha: '^11.1.0', ms: '$ms' } }, { dependencies: { own: 'file:./own' } }])
    assert.equal(merged('package.json', before, json({ ...JSON.parse(before), ...more }))?.isOther, false, JSON.stringify(more))
  const tomls: readonly (readonly [string, base: string, head: string, isOther: boolean])[] = [
    ['Cargo.toml', '[dev-dependencies]\ninsta = "1"\n', '[dev-dependencies]\ninsta = { path = "fake" }\n', true],
    [
      'Cargo.toml',
      '[dependencies]\na = { git = "https://e.com/a", rev = "1" }\n',
      '[dependencies]\na = { git = "https://e.com/a", rev = "2" }\n',
      false,
    ],
    ['pyproject.toml', '', '[tool.uv.sources]\npytest = { path = "fake" }\n', true],
    ['pyproject.toml', '[dependency-groups]\ndev = ["pytest>=8"]\n', '[dependency-groups]\ndev = ["pytest@file:fake"]\n', true],
    ['pyproject.toml', '[project]\ndependencies = ["a>=1"]\n', '[project]\ndependencies = ["a>=2", "b[x]>=1"]\n', false],
    [
      'pyproject.toml',
      '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n',
      '[tool.poetry.group.dev.dependencies]\npytest = { git = "https://e.com/p" }\n',
      true,
    ],
  ]
  for (const [file, base, head, isOther] of tomls) assert.equal(merged(file, base, head)?.isOther, isOther, head)
})

test('scripts come from the base and dependencies from the head', () => {
  const after = json({ name: 'shop', scripts: { test: 'true' }, mocha: { bail: true }, dependencies: { ms: '^2.0.0' } })
  const { write, changes } = assessed([change('package.json'), change('package-lock.json')], {
    'package.json': { base: before, head: after },
    'package-lock.json': locked,
  })
  assert.deepEqual(changes, ['runner package.json changed'])
  assert.deepEqual(JSON.parse(write['package.json'] ?? ''), {
    name: 'shop',
    scripts: { test: 'node --test' },
    dependencies: { ms: '^2.0.0' },
  })
})

test('a lock file that changes alone is judged by that of the base', () =>
  assert.deepEqual(assessed([change('package-lock.json')]), {
    ...nothing,
    changes: ['runner package-lock.json changed'],
    restore: ['package-lock.json'],
  }))

test('a package of the base is not taken from elsewhere, and may get another version', () => {
  const merged = (mocha: string) =>
    mergeManifest('package.json', before, json({ ...JSON.parse(before), devDependencies: { mocha } }), keysOf('package.json'))
  for (const source of ['file:./fake', 'npm:evil@1', 'someone/mocha', 'git+https://example.com/x.git', './fake'])
    assert.deepEqual(JSON.parse(merged(source)?.text ?? '').devDependencies, { mocha: '^11.0.0' }, source)
  assert.equal(merged('file:./fake')?.isOther, true)
  assert.equal(merged('^12.0.0')?.isOther, false)
})

test('a manifest of TOML is merged alike, key by key', () => {
  const base = '[package]\nname = "shop"\nversion = "1.0.0"\n\n[dependencies]\n'
  const head = '[package]\nname = "shop"\nversion = "1.1.0"\nautotests = false\n\n[dependencies]\nserde = "1"\n\n[lib]\ntest = false\n'
  const { write } = assessed([change('Cargo.toml')], { 'Cargo.toml': { base, head } })
  assert.equal(write['Cargo.toml'], '[package]\nname = "shop"\nversion = "1.1.0"\n\n[dependencies]\nserde = "1"\n')
})

test('a manifest that nobody can read is judged by that of the base', () =>
  assert.deepEqual(assessed([change('package.json')], { 'package.json': { base: before, head: '{' } }).restore, ['package.json']))

test('the scripts that commands name are known', () =>
  assert.deepEqual(scriptsIn(['./check.sh --all', 'node scripts/verify.mjs && node --check index.js', 'npm test']), [
    'check.sh',
    'scripts/verify.mjs',
  ]))

test('a file that a command itself starts or loads is known, whatever its name, and what it is only given is not', () => {
  const files = new Set(
    [
      'run-tests.mjs',
      'run_tests.py',
      'check',
      'manage.py',
      'ci',
      'ci.make',
      'hooks.mjs',
      'mytests/__main__.py',
      'artisan',
      'sub/run.js',
    ].concat(['greeting.txt', 'index.js', 'src/a.js', 'jest.ci.json']),
  )
  const started: Readonly<Record<string, readonly string[]>> = {
    'run-tests.mjs': [
      'node run-tests.mjs index.js',
      'sh -c "node --test && node run-tests.mjs"',
      'CI=1 timeout 60 node --no-warnings ./run-tests.mjs',
    ],
    'run_tests.py': ['python3.12 run_tests.py', 'uv run python -u run_tests.py', "bash -lc 'cd . ; python run_tests.py | tee log'"],
    check: ['./check --all', 'env A=b ./check', 'if ./check; then true; fi'],
    'manage.py': ['./manage.py test', 'python manage.py test'],
    ci: ['bash ci', 'sh -e ./ci'],
    'ci.make': ['make -f ci.make test'],
    'hooks.mjs': ['node --import ./hooks.mjs --test', 'node --import=./hooks.mjs --test'],
    'mytests/__main__.py': ['python -m mytests'],
    artisan: ['php artisan test'],
    'sub/run.js': ['cd sub && node run', 'node sub/run'],
    'jest.ci.json': ['npx jest --config jest.ci.json index.js'],
  }
  for (const [file, lines] of Object.entries(started)) for (const line of lines) assert.deepEqual(startedBy([line], files), [file], line)
  for (const line of [
    'grep -q goodbye greeting.txt',
    'test -f greeting.txt',
    'node --check index.js',
    'npx eslint index.js',
    'sh -c "cat src/a.js"',
  ])
    assert.deepEqual(startedBy([line], files), [], line)
  assert.deepEqual(startedBy(['node -r ./hooks.mjs run-tests.mjs'], files), ['hooks.mjs', 'run-tests.mjs'])
})

test('the scripts of a manifest that the commands start are followed, and no others', () => {
  const scripts = { test: 'npm run -s unit', pretest: 'node prepare.js', unit: 'node run.js', start: 'node server.js' }
  for (const line of ['npm test', 'npm t', 'node --run test', 'yarn test', 'sh -c "npm ci && npm test"'])
    assert.deepEqual(withScripts([line], scripts), [line, scripts.test, scripts.pretest, scripts.unit], line)
  assert.deepEqual(withScripts(['node --test'], scripts), ['node --test'])
})

test('a file that the checks start comes back, and is told as that; a test stays a test', () => {
  const kind = kindsOf({ tests: [], runners: [], started: ['run.mjs', 'test/all.js'] })
  assert.deepEqual([kind('run.mjs'), kind('test/all.js'), kind('a/run.mjs')], ['started', 'test', undefined])
  const { changes, restore } = assess([change('run.mjs')], kind, {})
  assert.deepEqual(
    [changes, restore],
    [[{ file: 'run.mjs', kind: 'runner', change: 'changed', added: 1, removed: 1, started: true }], ['run.mjs']],
  )
})

test('what a script names is followed through folders of scripts, and ends where the product begins', async () => {
  const texts: Readonly<Record<string, string>> = {
    'scripts/run.js': "require('./lib/helpers'); spawn('sh', ['tools/check.sh']); import('../src/cart.js')",
    'scripts/lib/helpers.js': "export * from '../run.js'",
    'tools/check.sh': 'python3 ci/report.py "$@"',
    'ci/report.py': 'from lines import count\nimport os',
    'ci/lines.py': '',
    'ci/os_unused.py': '',
    'src/cart.js': "import './scripts/never.js'",
    'src/scripts/never.js': '',
    'bin/shop.js': '',
  }
  const reached = await reachedFrom(['scripts/run.js', 'not-there.js'], new Set(Object.keys(texts)), async (file) => texts[file] ?? null)
  assert.deepEqual(reached.sort(), ['ci/lines.py', 'ci/report.py', 'scripts/lib/helpers.js', 'tools/check.sh'])
})

test('modules of packages are followed as Python finds them, and sources by the name of what is made of them', () => {
  const files = new Set([
    'scripts/check.py',
    'scripts/helpers/__init__.py',
    'scripts/helpers/rules.py',
    'scripts/helpers/unnamed.py',
    'scripts/run.ts',
    'scripts/lib/util.ts',
    'scripts/lib/more.mts',
    'scripts/lib/old.cts',
    'src/helpers/rules.py',
  ])
  const modules = ['scripts/helpers/__init__.py', 'scripts/helpers/rules.py']
  for (const line of [
    'from helpers.rules import go',
    'from .helpers import rules',
    'from .helpers.rules import go',
    'import scripts.helpers.rules',
    'from scripts.helpers import (\n  rules as r,\n)',
  ])
    assert.deepEqual(scriptsNamedIn(line, 'scripts/check.py', files).sort(), modules, line)
  assert.deepEqual(scriptsNamedIn('from . import rules', 'scripts/helpers/unnamed.py', files).sort(), modules)
  assert.deepEqual(scriptsNamedIn('from ..check import x', 'scripts/helpers/rules.py', files), ['scripts/check.py'])
  assert.deepEqual(scriptsNamedIn('from helpers import rules', 'scripts/lib/deep.py', files).sort(), modules)
  const imports = "import './lib/util.js'; import './lib/more.mjs'; require('./lib/old.cjs')"
  assert.deepEqual(scriptsNamedIn(imports, 'scripts/run.ts', files).sort(), [
    'scripts/lib/more.mts',
    'scripts/lib/old.cts',
    'scripts/lib/util.ts',
  ])
})

test('what a run may not write are programs among the tests and what runs them, not recordings, manifests or the product', () => {
  const files = [
    'test/add.test.js',
    'test/fixtures/out.txt',
    'test/__snapshots__/a.snap',
    'Makefile',
    'package.json',
    'src/add.js',
    'tests/test_a.py',
  ]
  assert.deepEqual(heldOf(files, kindsOf({ tests: [], runners: [] })), ['test/add.test.js', 'Makefile', 'tests/test_a.py'])
})
