import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileChange } from '../../../functions/ports.ts'
import { assess } from '../../../infra/yardstick/assess.ts'
import { kindsOf, markedIn, matcherOf } from '../../../infra/yardstick/kinds.ts'
import { placesIn } from '../../../infra/yardstick/places.ts'
import { heldOf } from '../../../infra/yardstick/rewritten.ts'
import { includedBy } from '../../../infra/yardstick/yardstick.ts'
import { assessed, change, kindOf, nothing } from './yardstick-setting.ts'

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
      'lib/test_util.go',
      ...['golden/report.txt', 'src/__fixtures__/a.json', 'lib/expected/a.json', 'spec_data/cassettes/a.yml', 'features/a.feature'],
      ...['src/golden/a.json', 'shop/Order.Total.approved.txt', 'shop/Generated.verified.cs', 'web/page.verified.html'],
      ...['test_cart.c', 'lib/cart_test.cpp', 'checks.bats'],
      ...['features/step_definitions/a.js', 'Tests/ShopTests/Helper.swift', 'Shop.Tests/Helper.cs', 'app/src/integrationTest/java/A.java'],
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
      ...[
        'hatch.toml',
        'uv.toml',
        'angular.json',
        'build.sbt',
        'project/plugins.sbt',
        'Package.swift',
        '.bazelrc',
        'BUILD',
        'MODULE.bazel',
      ],
      ...[
        'meson.build',
        'lib/tasks/test.rake',
        '.mise.toml',
        'cucumber.js',
        'behat.yml',
        'codeception.yml',
        '.simplecov',
        'vendor/bundle/a.rb',
      ],
      ...[
        'tox.toml',
        '.pnp.cjs',
        'turbo.jsonc',
        'taskfile.yml',
        'Taskfile.dist.yaml',
        '.envrc',
        'testng.xml',
        'a/vendor/modules.txt',
        'include/assert.h',
        'third/gtest/gtest.h',
      ],
      // What is remembered of earlier runs, or installed, stands for a run or a program.
      ...['a/tsconfig.tsbuildinfo', '.eslintcache', '.task/checksum/test', '.turbo/cache/a.json', '.venv/bin/pytest', '.mypy_cache/a.json'],
      ...['src/main/resources/META-INF/services/org.testng.ITestNGListener', 'src/main/resources/mockito-extensions/a.B'],
      ...['tsconfig.test.json', '.cargo/config.toml', 'pytest.py', 'scripts/verify.mjs', '.mocharc.json', 'a/b/tox.ini'],
    ],
    manifest: [
      ...[
        'requirements.txt',
        'requirements-dev.txt',
        'requirements/test.in',
        'docs/requirements.txt',
        'constraints.txt',
        'go.mod',
        'Gemfile',
        'Pipfile',
        'deno.jsonc',
        'pixi.toml',
      ],
      ...['package.json', 'packages/x/package.json', 'pyproject.toml', 'Cargo.toml'],
    ],
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
      'shop/fixtures/menu.json',
      'internal/testing/clock.go',
      ...[
        'src/contests/a.js',
        'src/Latests.js',
        'src/features/cart.js',
        'src/expected/value.hpp',
        'docs/requirements.md',
        'tasks.py',
        'data/project.json',
      ],
      ...['vendor/lib/a.go', 'src/golden.js', 'src/golden/ticket.ts', 'docs/requirements/feature-a.txt', 'doc/a/requirements/b.txt'],
      ...['src/orders/order.approved.event.ts', 'src/auth/email.verified.handler.ts', 'public/badge.verified.svg'],
    ],
  }
  for (const [kind, files] of Object.entries(kinds)) for (const file of files) assert.equal(kindOf(file) ?? 'product', kind, file)
})

test('packages that a base has copied into itself run its tests, and a folder of that name alone does not', () => {
  const files = ['a/vendor/modules.txt', 'crates/x/.cargo-checksum.json', 'php/vendor/autoload.php', 'nx.json']
  const kinds = kindsOf({ tests: [], runners: markedIn(files) })
  for (const file of [
    'a/vendor/e.com/check/check.go',
    'crates/x/src/lib.rs',
    'php/vendor/phpunit/a.php',
    'project.json',
    'libs/a/project.json',
  ])
    assert.equal(kinds(file), 'runner', file)
  for (const file of ['vendor/logo.svg', 'crates/y/src/lib.rs', 'a/src/vendor/b.go']) assert.equal(kinds(file), undefined, file)
})

test('a new file that Python would load in the place of its own belongs to what runs the tests; one that the base has is the product', () => {
  const places = placesIn(new Set(['shop.py', 'test_shop.py']), [], [])
  const kinds = kindsOf({ tests: [], runners: [], places })
  const judged = (file: FileChange) => assess([file], kinds, {})
  for (const file of ['json.py', 'difflib/__init__.py', 'pluggy.py', 'math.cpython-312-x86_64-linux-gnu.so']) {
    assert.deepEqual(judged(change(file, { change: 'added' })).remove, [file])
    assert.deepEqual(judged(change('a.py', { change: 'renamed', file, from: 'a.py' })).remove, [file])
    assert.deepEqual(judged(change(file)), nothing)
  }
  assert.deepEqual(judged(change('json', { change: 'added', is: 'link' })).remove, ['json'])
  assert.deepEqual(judged(change('token', { change: 'added' })), nothing)
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

test('a file that the checks start comes back, and is told as that; a test stays a test', () => {
  const kind = kindsOf({ tests: [], runners: [], started: ['run.mjs', 'test/all.js'] })
  assert.deepEqual([kind('run.mjs'), kind('test/all.js'), kind('a/run.mjs')], ['started', 'test', undefined])
  const { changes, restore } = assess([change('run.mjs')], kind, {})
  assert.deepEqual(
    [changes, restore],
    [[{ file: 'run.mjs', kind: 'runner', change: 'changed', added: 1, removed: 1, started: true }], ['run.mjs']],
  )
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
