import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reachedFrom, scriptsNamedIn } from '../../../infra/yardstick/reach.ts'
import { comparedIn, startedBy, withScripts } from '../../../infra/yardstick/started.ts'
import { scriptsIn } from '../../../infra/yardstick/yardstick.ts'

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
      'tasks.py',
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
    'tasks.py': ['invoke test', 'uv run inv -e test'],
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

test('what lines compare with, or hand to a runner of tests, is told by its name', () => {
  const files = new Set(['want.txt', 'data/want.json', 'sums.sha256', 'README.md', 'src/a.js', 'checks/a.bats', 'notes.txt'])
  const told = (line: string) => comparedIn([line], files)
  assert.deepEqual(told('node src/a.js | diff -u - want.txt'), ['want.txt'])
  assert.deepEqual(told('\tcmp out.json ./data/want.json || exit 1'), ['data/want.json'])
  assert.deepEqual(told('sha256sum -c sums.sha256'), ['sums.sha256'])
  assert.deepEqual(told('python3 -m doctest README.md src/a.js'), ['README.md'])
  assert.deepEqual(told('bats checks/a.bats'), ['checks/a.bats'])
  for (const line of ['git diff notes.txt', 'cat notes.txt', 'diff - src/a.js', 'cp want.txt out']) assert.deepEqual(told(line), [], line)
})
