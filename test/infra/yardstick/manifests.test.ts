import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readIn } from '../../../infra/yardstick/assess.ts'
import { keysOf } from '../../../infra/yardstick/kinds.ts'
import { movedIn } from '../../../infra/yardstick/locks.ts'
import { mergeManifest } from '../../../infra/yardstick/manifests.ts'
import { assessed, change, kindOf, nothing } from './yardstick-setting.ts'

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

test('a package that the base has in one group is not taken from elsewhere in another', () => {
  const merged = (file: string, base: string, head: string) => mergeManifest(file, base, head, keysOf(file))
  const moved = merged(
    'package.json',
    before,
    json({ ...JSON.parse(before), devDependencies: {}, dependencies: { mocha: 'file:./lib/m' } }),
  )
  assert.equal(moved?.isOther, true)
  assert.deepEqual(JSON.parse(moved.text).dependencies, { mocha: '^11.0.0' })
  for (const from of ['fake.tgz', 'gitlab:a/b', 'bitbucket:a/b', 'gist:ab12', 'ssh://git@e.com/a', 'git@e.com:a/b.git', './lib/m'])
    for (const group of ['devDependencies', 'optionalDependencies'])
      assert.equal(merged('package.json', before, json({ ...JSON.parse(before), [group]: { mocha: from } }))?.isOther, true, from)
  const listed = '[dependency-groups]\ndev = ["pytest-cov>=8"]\n'
  for (const more of [
    '[project]\ndependencies = ["Pytest_Cov @ file:fake"]\n',
    '[tool.poetry.dependencies]\npytest_cov = { path = "fake" }\n',
  ])
    assert.equal(merged('pyproject.toml', listed, listed + more)?.isOther, true, more)
})

test('under the name of a package that tests load a change puts itself in its place: the name is the base’s', () => {
  const { text, isOther } = mergeManifest(
    'package.json',
    before,
    json({ ...JSON.parse(before), name: 'mocha', exports: './a.js' }),
    keysOf('package.json'),
  )!
  assert.deepEqual([isOther, JSON.parse(text).name, JSON.parse(text).exports], [true, 'shop', './a.js'])
  const go = mergeManifest('go.mod', 'module shop\n\ngo 1.20\n', 'module e.com/check\n\ngo 1.21\n', keysOf('go.mod'))
  assert.deepEqual([go?.isOther, go?.text], [true, 'module shop\n\ngo 1.21\n'])
})

test('a name under which tests have a part of their own stays that part’s', () => {
  const imports = (check: unknown, add: string) => json({ imports: { '#check': check, '#add': add } })
  const texts = {
    'package.json': { base: imports({ default: './test/check.js' }, './src/add.js'), head: imports('./src/check.js', './src/sum.js') },
  }
  const { write } = assessed([change('package.json')], texts)
  assert.deepEqual(JSON.parse(write['package.json'] ?? '').imports, { '#check': { default: './test/check.js' }, '#add': './src/sum.js' })
  const own = { 'package.json': { base: imports('./src/check.js', './src/add.js'), head: imports('./src/other.js', './src/sum.js') } }
  assert.deepEqual(assessed([change('package.json')], own), nothing)
})

test('a pattern that leads to tests takes in every name that would be asked before it', () => {
  const imports = (more: object) => json({ imports: { '#test/*': './test/*', ...more } })
  const head = imports({ '#test/helper.js': './src/fake.js', '#test/deep/*': './src/*', '#testing': './src/testing.js' })
  const { write } = assessed([change('package.json')], { 'package.json': { base: imports({}), head } })
  assert.deepEqual(JSON.parse(write['package.json'] ?? '').imports, { '#test/*': './test/*', '#testing': './src/testing.js' })
})

test('a manifest that is new among files of the base says nothing of how they are tested; in a folder of its own it is its own', () => {
  const added = (file: string) => change(file, { change: 'added' })
  const settings = '[project]\nname = "shop"\n[tool.ruff]\nignore = ["ALL"]\n'
  const told = assessed([added('src/pyproject.toml')], { 'src/pyproject.toml': { base: null, head: settings } })
  assert.deepEqual(told, {
    ...nothing,
    changes: ['runner src/pyproject.toml added'],
    write: { 'src/pyproject.toml': '[project]\nname = "shop"\n' },
  })
  const module = assessed([added('src/go.mod')], { 'src/go.mod': { base: null, head: 'module shop\n' } })
  assert.deepEqual([module.changes, module.remove], [['runner src/go.mod added'], ['src/go.mod']])
  const own = { 'package.json': { base: null, head: json({ name: 'shop', type: 'module', exports: './a.js' }) } }
  assert.deepEqual(assessed([added('package.json')], own), nothing)
  const files = [added('src/go.mod'), added('new/go.mod'), change('package.json'), added('src/a.js')]
  assert.deepEqual(
    readIn(files, kindOf, (file) => file.startsWith('src/')),
    ['src/go.mod', 'package.json'],
  )
})

test('what an honest change does to its packages is its own: a move, a version, a package of its own folder, a catalog', () => {
  const own = json({ devDependencies: { tools: 'file:./tools', mocha: '^11.0.0' } })
  for (const head of [
    { dependencies: { tools: 'file:./tools' }, devDependencies: { mocha: '^11.2.0' } },
    { dependencies: { mocha: '>=11 <13 || ~14.1' }, devDependencies: { tools: 'file:./tools' } },
    { dependencies: { ours: 'file:./ours' }, devDependencies: { tools: 'file:./tools', mocha: 'catalog:dev' } },
  ])
    assert.equal(mergeManifest('package.json', own, json(head), keysOf('package.json'))?.isOther, false, JSON.stringify(head))
  const cargo = '[dependencies]\na = { path = "../a", version = "1" }\n'
  assert.equal(mergeManifest('Cargo.toml', cargo, `${cargo}b = { path = "../b", version = "1" }\n`, keysOf('Cargo.toml'))?.isOther, false)
})

test('of requirements, modules and gems a package of a registry is the own of a change, and one from elsewhere is not', () => {
  const hash = `--hash=sha256:${'a'.repeat(64)}`
  const lines: Readonly<Record<string, readonly [base: string, own: readonly string[], others: readonly string[]]>> = {
    'requirements.txt': [
      'pytest==8.0 # runs them\n-e ./shop\nours @ git+https://e.com/ours@v1\n',
      [
        ...[
          'requests==2.1',
          'Flask[async]>=2,<4 ; python_version > "3.8"',
          '# more',
          '',
          `ms==1 \\\n    ${hash} \\\n    ${hash}`,
          'a~=1.0.post1',
        ],
        ...['pytest==8.1', 'ours @ git+https://e.com/ours@v2', '-e ./shop  # the product'],
      ],
      [
        ...[
          './libs/report',
          '-e libs/report',
          'pytest @ file:fake',
          'report-1.0.tar.gz',
          'report-1.whl',
          'https://e.com/a.zip',
          '-r more.txt',
        ],
        ...['--index-url https://e.com', '-f wheels', 'git+https://e.com/a', '-c fake.txt', '../x', 'ours @ git+https://evil.com/ours@v1'],
      ],
    ],
    'go.mod': [
      'module shop\n\nrequire e.com/check v1.0.0\nreplace e.com/own => e.com/fork v1.0.0\n',
      [
        'require e.com/more v1.0.0',
        '\te.com/check v1.1.0 // indirect',
        'replace e.com/new => ../new',
        'replace e.com/own => e.com/fork v1.1.0',
      ],
      ['replace e.com/check => ./fake', '\te.com/check v1.0.0 => e.com/fake v1.0.0'],
    ],
    Gemfile: [
      "source 'https://rubygems.org'\ngem 'rspec', '~> 3'\ngem 'own', git: 'https://e.com/own', tag: 'v1'\n",
      [
        "gem 'rack', '~> 3.1', require: false",
        'group :test do',
        'end',
        "gem 'rspec', '~> 3.2'",
        "gem 'own', git: 'https://e.com/own', tag: 'v2'",
      ],
      [
        "gem 'rspec', path: 'fake'",
        "gem 'rack', github: 'a/b'",
        "path 'libs' do",
        "gem 'a'; load 'x.rb'",
        "eval_gemfile 'x'",
        "gem 'a', :path => 'x'",
      ],
    ],
  }
  for (const [file, [base, own, others]] of Object.entries(lines)) {
    const merged = (line: string) => mergeManifest(file, base, `${base}${line}\n`, keysOf(file))
    for (const line of own) assert.equal(merged(line)?.isOther, false, line)
    for (const line of others) assert.deepEqual([merged(line)?.isOther, merged(line)?.text.includes(line)], [true, false], line)
  }
})

/** Whether this line, new at the end of a manifest, is the change's own. */
const isOwn = (file: string, base: string, line: string): boolean =>
  mergeManifest(file, base, `${base}${line}\n`, keysOf(file))?.isOther === false

test('a package in a folder that is as the base has it is the own of a change, and one that the change brings, changes or links to is not', () => {
  const ofBase = ['requirements.txt', 'libs/report/setup.py', 'libs/money/pyproject.toml', 'apps/Gemfile', 'apps/requirements.txt']
  const isHeld = (file: string, line: string, ...others: ReturnType<typeof change>[]): boolean =>
    assessed([change(file), ...others], { [file]: { base: 'a\n', head: `a\n${line}` } }, ofBase).changes.includes(`runner ${file} changed`)
  const gems = "path 'libs' do\n  gem 'report'\nend\n"
  assert.equal(isHeld('requirements.txt', '-e ./libs/report # ours\n', change('src/a.py')), false)
  assert.equal(isHeld('requirements.txt', '--editable ./libs/money[eur]\n'), false)
  assert.equal(isHeld('Gemfile', gems), false)
  for (const [line, ...others] of [
    ['-e ./libs/report\n', change('libs/report/setup.py')],
    ['-e ./libs/report\n', change('libs/report/plugin.py', { change: 'added' })],
    ['-e ./libs/report\n', change('libs', { is: 'link' })],
    ['-e ./libs/report\n', change('other/setup.py', { change: 'renamed', from: 'libs/report/setup.py' })],
    ['-e ./libs/new\n', change('libs/new/setup.py', { change: 'added' })],
    ['-e ./made-by-setup\n'],
    ['-e ./libs/../../report\n'],
    ['-e ./libs/report -f wheels\n'],
  ] as const)
    assert.ok(isHeld('requirements.txt', line, ...others), line)
  assert.ok(isHeld('Gemfile', gems, change('libs/report/lib/minitest/quiet_plugin.rb', { change: 'added' })))
  assert.ok(isHeld('apps/requirements.txt', '-e ./libs/report\n'))
})

test('an archive beside a requirements file is no package of a registry, whatever its line says of it', () => {
  for (const line of [
    'pytest-99-py3-none-any.whl ; python_version > "3"',
    'a.zip --hash=sha256:aa',
    'a.zip[x]',
    'a.txz',
    'a.tbz',
    'a.tar.lz',
    'a==1.zip',
  ])
    assert.ok(!isOwn('requirements.txt', 'flask\n', line), line)
  for (const line of ['tar==1 ; python_version > "3" --hash=sha256:aa', 'zip-tools>=1'])
    assert.ok(isOwn('requirements.txt', 'flask\n', line), line)
})

test('a line with 60,000 hashes behind its condition is read in one go', () => {
  const began = performance.now()
  assert.ok(isOwn('requirements.txt', 'flask\n', `a==1 ; x${' --hash=sha256:a'.repeat(60_000)} !`))
  assert.ok(performance.now() - began < 4000)
})

test('a remark that ends with a backslash, or at a sign that pip ends lines at, hides no line behind it', () => {
  for (const line of ['# x \\\n./fake', 'flask # x \\\n./fake', 'flask # x \\ \n./fake', '# x\u2028./fake', '# x\f./fake', '# x\r./fake'])
    assert.ok(!isOwn('requirements.txt', 'flask\n', line), JSON.stringify(line))
  for (const remark of ['# x \\', '# x,', "gem 'rack' # x,", "gem 'rack'# x \\"])
    assert.ok(!isOwn('Gemfile', "gem 'rspec'\n", `${remark}\ngem 'rspec', path: 'fake'`), remark)
  assert.ok(!isOwn('go.mod', 'module shop\nrequire e.com/check v1.0.0\n', '// x \\\nreplace e.com/check => ./fake'))
})

test('what replaces a module under a name that is quoted is not the own of a change', () => {
  for (const line of ['replace "e.com/ch\\x65ck" => ./fake', 'replace `e.com/new` => ./new'])
    assert.ok(!isOwn('go.mod', 'module shop\nrequire e.com/check v1.0.0\n', line), line)
})

test('of a gem only its releases, and what is said of when it is loaded, are the own of a change', () => {
  for (const more of [
    ...["'git' => 'https://evil/x'", `"git": 'https://evil/x'`, "'path' => './fake'", "'g' 'it' => 'x'", `"g\\x69t": 'x'`],
    ...["'tig'.reverse => 'x'", '**OPTIONS', "path:'fake'", '"#{x}"', "'a', ->{}"],
  ])
    assert.ok(!isOwn('Gemfile', "gem 'rspec'\n", `gem 'rspec', ${more}`), more)
  for (const line of [
    ...['gem "tzinfo-data", platforms: %i[ mri windows ]', 'platforms :mri, :windows do', 'gem("a", "~> 1.2", ">= 1.2.3")'],
    ...["gem 'a', :require => false # why", "gem 'a', require: ['a/b', \"c\"], group: :test", 'group :test, optional: true do'],
    ...["gem 'path', '1.0'", 'gem "rails",\n  "~> 7.1",\n  require: false'],
  ])
    assert.ok(isOwn('Gemfile', "gem 'rspec'\n", line), line)
})

test('what other programs load of a project, and programs of the names of theirs, are those of the base', () => {
  const merged = (file: string, base: string, head: string) => mergeManifest(file, base, head, keysOf(file))
  const base = '[project]\nname = "shop"\n[project.scripts]\nshop = "shop:main"\n'
  const plugin = merged('pyproject.toml', base, `${base}[project.entry-points.pytest11]\nreports = "shop_reports"\n`)
  assert.deepEqual([plugin?.isOther, plugin?.text.includes('pytest11')], [true, false])
  for (const name of ['pytest', 'py.test', 'python3', 'tox'])
    assert.equal(merged('pyproject.toml', base, `${base}"${name}" = "shop:main"\n`)?.isOther, true, name)
  assert.equal(merged('pyproject.toml', base, `${base}shop-admin = "shop.admin:main"\n`)?.isOther, false)
  assert.equal(merged('pyproject.toml', base, base.replace('shop:main', 'shop.cli:main'))?.isOther, false)
  assert.equal(merged('package.json', '{}', json({ bin: { mocha: './m.js' } }))?.isOther, true)
  for (const bin of ['./cli.js', { shop: './cli.js' }]) assert.equal(merged('package.json', '{}', json({ bin }))?.isOther, false)
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
