import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesIn } from '../../../infra/yardstick/places.ts'

/** Those of these names that a new file would have in the place of a module of Python's. */
const usurpers = (names: readonly string[], base: { files: readonly string[]; started?: readonly string[]; texts?: readonly string[] }) =>
  names.filter((name) => placesIn(new Set(base.files), base.started ?? [], base.texts ?? []).isUsurper(name))

const honest = [
  'src/queue.py',
  'src/calendar.py',
  'src/statistics.py',
  'src/http/__init__.py',
  'lib/html.py',
  'lib/code',
  'token',
  'shop/json.py',
]
const others = ['jsons.py', 'json/a.py', 'types/index.d.ts']

test('a module of the product may have the name of one of Python’s where Python does not look first', () => {
  assert.deepEqual(
    usurpers([...honest, ...others], { files: ['src/__init__.py', 'src/cart.py', 'shop/__init__.py', 'tests/test_cart.py'] }),
    [],
  )
  assert.deepEqual(usurpers([...honest, ...others], { files: ['src/cart.py', 'test_cart.py'] }), [])
})

test('a base without Python has no such names', () => {
  assert.deepEqual(usurpers(['json.py', ...honest], { files: ['src/cart.js', 'package.json'], texts: ['node --test'] }), [])
  assert.deepEqual(usurpers(['json.py'], { files: ['check'], texts: ['python3 check'] }), ['json.py'])
})

test('a name alone is in the place of a module only as a folder or a link to one', () => {
  const { isUsurper } = placesIn(new Set(['a.py']), [], [])
  assert.deepEqual(
    (['file', 'empty', 'link', 'repository', undefined] as const).map((is) => isUsurper('token', is)),
    [false, false, true, true, false],
  )
})

test('Python looks first beside scripts that are started and beside tests, or where the package of a test begins', () => {
  const files = ['run/check.py', 'src/test_cart.py', 'app/core/__init__.py', 'app/core/tests.py', 'bin/go', 'pkg/cli.py']
  const names = ['run/json.py', 'src/json.py', 'app/json.py', 'app/core/json.py', 'bin/json.py', 'pkg/json.py']
  const started = ['run/check.py', 'bin/go', 'pkg/cli.py']
  assert.deepEqual(usurpers(names, { files, started }), ['run/json.py', 'src/json.py', 'app/json.py', 'bin/json.py', 'pkg/json.py'])
  const asModule = { files: ['pkg/__init__.py', 'pkg/cli.py'], started: ['pkg/cli.py'] }
  assert.deepEqual(usurpers(['pkg/json.py'], { ...asModule, texts: ['python -m pkg.cli'] }), [])
  assert.deepEqual(usurpers(['pkg/json.py'], { ...asModule, texts: ['python pkg/cli.py'] }), ['pkg/json.py'])
})

test('Python looks first where the base says so', () => {
  for (const text of [
    'PYTHONPATH=src:lib python -m pytest',
    '[pytest]\npythonpath = src',
    '[tool.pytest.ini_options]\npythonpath = [\n  "src",\n]',
    "sys.path.insert(0, os.path.join(here, '..', 'src'))",
    'PYTHONPATH=$PWD/src make test',
    'python -m unittest discover -s src',
    'cd ./src && python -m pytest',
  ])
    assert.deepEqual(usurpers(['src/json.py', 'docs/json.py'], { files: ['src/a.py', 'docs/a.py'], texts: [text] }), ['src/json.py'], text)
})

test('fixtures belong to tests beneath or beside a folder of tests, and elsewhere to the product', () => {
  const places = placesIn(new Set(['test/a.js', 'web/__tests__/a.jsx', 'app/__init__.py', 'app/tests/test_a.py', 'src/cart.js']), [], [])
  const names = [
    'fixtures/a.json',
    'testing/a.js',
    'web/fixtures/a.json',
    'app/fixtures/menu.json',
    'src/fixtures/a.json',
    'internal/testing/a.go',
  ]
  assert.deepEqual(
    names.filter((name) => places.isBesideTests(name)),
    ['fixtures/a.json', 'testing/a.js', 'web/fixtures/a.json'],
  )
})
