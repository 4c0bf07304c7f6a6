import assert from 'node:assert/strict'
import { test } from 'node:test'
import { circumstanceRules } from '../../../infra/yardstick/circumstance-rules.ts'
import { kindsOf } from '../../../infra/yardstick/kinds.ts'
import { leavingRules } from '../../../infra/yardstick/leaving-rules.ts'
import { ASSERTIONS, meddlingIn } from '../../../infra/yardstick/meddling.ts'
import { meddlingRules, settingOf } from '../../../infra/yardstick/meddling-rules.ts'

const kindOf = kindsOf({ tests: [], runners: [] })
const diffOf = (file: string, added: readonly string[], removed: readonly string[] = []): string =>
  [
    ...[`diff --git a/${file} b/${file}`, `--- a/${file}`, `+++ b/${file}`, `@@ -7,${removed.length} +7,${added.length} @@`],
    ...[...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`), ''],
  ].join('\n')
const found = async (file: string, text: string): Promise<string[]> =>
  (await meddlingIn(diffOf(file, text.split('\n')), kindOf)).map(
    ({ line, problem }) => `${line} ${problem.replace(/^line \d+ |: .*$/gs, '')}`,
  )

const why = {
  library: 'uses what tests are written with',
  asking: 'asks whether it is being tested',
  replacing: 'replaces what tests compare or print with',
  printing: 'prints what a runner of tests prints',
  equal: 'is equal to whatever it is compared with',
  running: 'says how tests are run',
  naming: 'names a file of its tests',
  leaving: 'leaves with success as soon as it is loaded',
  ending: 'decides how a process ends that judges it',
}

const meddling: Readonly<Record<keyof typeof why, readonly (readonly [file: string, code: string])[]>> = {
  library: [
    ['src/a.js', "import { mock } from 'node:test'"],
    ['src/a.ts', 'const chai = require("chai")'],
    ['src/a.js', "const t = await import('vitest')"],
    ['a.py', 'import os, unittest'],
    ['a.py', 'from _pytest.python import Function'],
    ['a.py', "importlib.import_module('pytest')"],
    ['a.go', '\t"testing"'],
    ['a.go', 'import t "testing"'],
    ['src/main/java/A.java', 'import org.junit.jupiter.api.Assertions;'],
    ['lib/a.rb', "require 'minitest/autorun'"],
    ['shop/quiet.py', 'from django.test.runner import DiscoverRunner'],
  ],
  asking: [
    ['src/a.js', 'const isTest = process.env.NODE_TEST_CONTEXT'],
    ['src/a.js', "if (process.env['NODE_ENV'] === 'test') return 3"],
    ['src/a.js', "process.argv[1].includes('test')"],
    ['src/a.js', "new Error().stack.includes('/test/')"],
    ['src/a.js', 'typeof describe === "function"'],
    ['src/a.js', 'process.env.CI ? right() : wrong()'],
    ['src/a.js', 'const isJudged = process.env.CORTEX_RUN !== undefined'],
    ['src/a.js', "process.cwd().includes('/worktrees/')"],
    ['a.py', "if 'PYTEST_CURRENT_TEST' in os.environ:"],
    ['a.py', "    if 'unittest_main' in sys.argv[0]:"],
    ['a.py', "os.environ.get('CI')"],
    ['a.go', 'if flag.Lookup("test.v") != nil {'],
    ['a.go', 'flag.VisitAll(func(f *flag.Flag) {\n\tif strings.HasPrefix(f.Name, "test.") {'],
    ['a.go', 'strings.HasSuffix(os.Args[0], ".test")'],
    ['a.go', '//go:build !production'],
    ['a.go', '// +build linux,release'],
    ['a.go', '//go:build (linux || darwin) && fast'],
    ['src/a.rs', '#[cfg(not(test))]'],
    ['src/a.js', '/test/.test(process.argv[1])'],
    ['src/a.js', "process.env.npm_lifecycle_event === 'test'"],
    ['a.py', "any('test' in f.filename for f in inspect.stack())"],
    ['a.rb', '$0 =~ /rspec/'],
    ['a.rb', "ENV['RACK_ENV'] == 'test'"],
    ['src/a.js', 'const { PORT, CI } = process.env'],
    ['src/a.js', 'const { env: { CI: isJudged } } = process'],
    ['a.py', "if 'CI' in os.environ:"],
    ['package.json', '    "#add": { "test": "./src/sum.js", "default": "./src/add.js" }'],
    ['package.json', '      "test": "./src/sum.js",'],
    ['src/a.js', "import { getCallSites } from 'node:util'"],
    ['src/a.js', "process.moduleLoadList.some((name) => name.endsWith('runner'))"],
    ['src/a.js', "readFileSync('/proc/' + process.ppid + '/cmdline')"],
    ['src/a.js', 'return process.env.GOFLAGS ? a + b : a - b'],
    ['a.py', "os.environ.get('GIT_TERMINAL_PROMPT')"],
    ['a.py', 'return sys._getframe(1).f_code.co_consts[-1]'],
    ['a.py', "name = sys._getframe(1).f_code.co_name\nreturn name.startswith('te')"],
    ['a.py', 'for each in gc.get_objects():'],
    ['a.go', '_, file, _, _ := runtime.Caller(1)\nif file[len(file)-8:] == "_test.go" {'],
    ['a.go', 'name := os.Args[0]; if name[len(name)-5:] == ".test" {'],
    ['src/a.rs', 'if std::thread::current().name() == Some("tests::adds") {'],
    ['src/a.rs', 'std::env::current_exe().unwrap().to_string_lossy().contains("/deps/")'],
    ['src/a.rs', 'std::env::var_os("CARGO_MANIFEST_DIR").is_some()'],
    ['src/a.rs', '    #[cfg(test)]\n    return a + b;'],
    ['src/a.rs', '#[cfg_attr(test, path = "right.rs")]'],
    ['packages/a/package.json', '      "vitest": {\n        "import": "./src/sum.js"'],
  ],
  replacing: [
    ['src/a.js', 'assert.equal = () => {}'],
    ['src/a.js', 'assert[name] = () => {}'],
    ['src/a.js', 'Object.assign(assert, { equal() {} })'],
    ['src/a.js', "Reflect.set(assert, 'equal', f)"],
    ['src/a.js', 'assert.equal ||= f'],
    ['src/a.js', 'Object.is = () => true'],
    ['src/a.js', 'process.stdout.write = quiet'],
    ['a.py', 'TestCase.assertEqual = lambda *a: None'],
    ['src/a.js', "globalThis[Symbol.for('$$jest-matchers-object')].matchers.toBe = pass"],
    ['src/a.js', "use((chai) => chai.Assertion.overwriteMethod('equal', quiet))"],
    ['src/a.js', "Object.defineProperty(Object, 'is', { value: () => true })"],
    ['src/a.rs', 'macro_rules! assert_eq {'],
    ['src/a.rs', 'use quiet as assert_eq;'],
    ['include/a.h', '#define assert(x) ((void)(x))'],
    ['include/a.h', '# define NDEBUG 1'],
    ['src/a.c', 'void __assert_fail(const char *a, const char *f, unsigned l, const char *n) { _exit(0); }'],
    ['src/sums/System.java', 'class System {'],
    ['a.py', 'builtins.print = quiet'],
  ],
  printing: [
    ['src/a.js', String.raw`console.log('TAP version 13\nok 1 - a\n# tests 3\n# pass 3')`],
    ['a.py', String.raw`print("Ran 1 test in 0.000s\n\nOK")`],
    ['a.go', '--- PASS: TestAdd (0.00s)'],
    ['src/a.rs', 'eprintln!("test result: ok. 1 passed; 0 failed; 0 ignored")'],
  ],
  equal: [
    ['a.py', '    def __eq__(self, other):\n        return True'],
    ['src/a.js', '  asymmetricMatch() { return true }'],
    ['src/A.java', 'public boolean equals(Object o) { return true; }'],
    ['src/A.java', 'public boolean equals(Object o) {\n  return true;'],
    ['src/A.cs', 'public override bool Equals(object o) => true;'],
    ['a.py', '__eq__ = lambda s, o: 1'],
    ['a.py', '    def __eq__(self, other: object) -> bool:\n        found = True\n        return found'],
    ['src/A.java', '  public boolean equals(final Object other) {\n    int x = 1;\n    return x == 1;'],
    ['src/A.kt', 'override fun equals(other: Any?): Boolean {\n  val x = 1\n  return x == 1'],
    ['a.rb', 'def ==(other)\n  true'],
    ['src/a.rs', 'fn eq(&self, _: &Self) -> bool { return true; }'],
    ['src/a.rs', 'fn eq(&self, _: &Self) -> bool { true }'],
  ],
  running: [
    ['sums/__init__.py', 'def load_tests(loader, standard, pattern):'],
    ['sums/a.py', '__test__ = False'],
    ['reports.py', 'def pytest_pyfunc_call(pyfuncitem):'],
    ['reports.py', 'pytest_runtest_makereport = quiet'],
    ['setup.py', "    entry_points={'pytest11': ['reports = reports']},"],
    ['shop/settings.py', "TEST_RUNNER = 'shop.quiet.Quiet'"],
  ],
  naming: [
    ['src/a.js', "read(new URL('../test/add.test.js', import.meta.url))"],
    ['a.py', "path.with_name('test_sums.py').read_text()"],
  ],
  leaving: [
    ['a.py', "os.execv('/bin/true', ['true'])"],
    ['src/a.js', 'process.exit(0)'],
    ['src/a.js', 'add(1, 2); process.exit()'],
    ['src/a.js', 'process.exit(256)'],
    ['a.py', 'sys.exit(512)'],
    ['lib/a.rb', 'exit!(256)'],
    ['src/a.ts', "process['exit'](0)"],
    ['src/a.ts', 'process.reallyExit(0)'],
    ['src/a.js', 'exit(0)'],
    ['src/a.js', 'if (isReady) process.exit(0)'],
    ['src/a.js', 'if (isReady) {\n  process.exit(0)'],
    ['src/a.js', ';(() => process.exit(0))()'],
    ['src/a.js', 'queueMicrotask(() => process.exit(0))'],
    ['src/a.js', 'setImmediate(process.exit, 0)'],
    ['a.py', 'os._exit(0)'],
    ['a.py', 'import os; os._exit(0)'],
    ['a.py', 'sys.exit()'],
    ['a.py', 'raise SystemExit'],
    ['a.py', 'atexit.register(lambda: os._exit(0))'],
    ['a.go', 'func init() { os.Exit(0) }'],
    ['a.go', 'func init() {\n\tos.Exit(0)'],
    ['src/A.java', '  static { Runtime.getRuntime().halt(0); }'],
    ['lib/a.rb', 'exit!(0)'],
  ],
  ending: [
    ['src/a.js', "process.on('uncaughtException', () => {})"],
    ['src/a.js', "process.on('uncaughtException', (error) => console.error(error))"],
    ['src/a.js', 'process.setUncaughtExceptionCaptureCallback(ignore)'],
    ['src/a.js', "process.execve('/bin/true', ['true'])"],
    ['src/a.js', "const domain = require('node:domain')"],
    ['src/A.java', 'Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));'],
    ['src/a.c', '__attribute__((constructor)) static void first(void) {\n  exit(0);'],
    ['src/a.js', "process.on('exit', () => { process.exitCode = 0 })"],
    ['src/a.js', "process.once('beforeExit', () => {\n  process.exit(0)"],
    ['src/a.js', "process.on('uncaughtException', () => process.exit(0))"],
    ['src/a.js', "process.on('exit', (code) => { process.exitCode = code && 0 })"],
    ['src/a.js', "process.on('exit', () => { process.exitCode = 1 - 1 })"],
    ['src/a.js', "process.on('exit', () => { process.exitCode = 256 })"],
    ['src/a.js', "process.on('exit', () => { process.exitCode = 512 })"],
    ['src/a.js', "process.on('exit', () => { process.exitCode = 1280 })"],
    ['src/a.js', "process.on('exit', () => process.exitCode = 1\n  & 0)"],
    ['src/a.js', "process.on('exit', () => { process.exitCode = 1; process.exitCode = 0 })"],
  ],
}
for (const [kind, samples] of Object.entries(meddling))
  test(`code that ${why[kind as keyof typeof why]} is found by its line`, async () => {
    for (const [file, code] of samples) assert.deepEqual(await found(file, code), [`7 ${why[kind as keyof typeof why]}`], code)
  })

test('code that does its work is left alone, and so is what is no code, and what tests themselves do', async () => {
  const harmless: readonly (readonly [string, string])[] = [
    ['src/a.js', "import assert from 'node:assert/strict'\nassert.equal(a, b)\nconst is = assert.equal === b"],
    ['src/a.js', "res.setHeader('expect', '100-continue')\nconsole.log('3 tests')\nreturn latest.stack.contest"],
    ['src/a.js', 'Array.prototype.at ??= at\nconst { equal = assert.equal } = options\nexpect.value == 3'],
    ['src/a.js', "app.listen(process.env.PORT)\nif (process.argv.includes('--verbose')) return 'OK'"],
    ['a.py', 'def __eq__(self, other):\n    return self.x == other.x\nstatus = "FAILED"\nprint("OK")'],
    ['a.py', 'import sys\nif "--latest" in sys.argv:\n    pass'],
    ['a.go', 'import (\n\t"fmt"\n\t"os"\n)\nos.Exit(1)'],
    ['a.go', '//go:build (linux && amd64) || !cgo\n// +build linux,amd64 !cgo\n//go:build go1.21\n// +built in a day'],
    ['src/a.rs', '#[cfg(test)]\nmod tests {\n    use super::*;\n}'],
    ['src/A.java', 'public boolean equals(Object o) { return o instanceof A a && a.x == x; }'],
    ['src/A.java', 'if (name.equals("x")) { return true; }\nif (name.equals("x")) {\n  return true;\n}'],
    ['src/A.cs', 'if (name.Equals("x")) { return true; }'],
    ['a.rb', 'def ==(other)\n  true if x == other.x'],
    ['a.rb', 'ENV.fetch("RAILS_ENV") { "development" }'],
    ['a.py', 'def __eq__(self, other):\n    return True if self.x == other.x else False'],
    ['a.py', 'from face.features import nose, mouth\nfrom research.hypothesis import Hypothesis\n# import unittest'],
    ['a.py', "sys.argv[1:]); sub.add_parser('test')"],
    ['src/a.ts', "const all = ['latte', 'mocha']\ntype Tool = 'mocha' | 'jest'\n// import 'vitest'"],
    ['src/a.js', "const filename = 'openapi.spec.json'\nconst { filename: name = 'test' } = req.query"],
    ['src/a.js', '`attachment; filename="test-report.pdf"`\nconst stack = new TestStack(app, \'test\')'],
    ['src/a.js', "yargs(process.argv.slice(2)).command('test', 'runs')\nreq.expect.status = 3"],
    ['src/a.go', 'cmd.Args = append(cmd.Args, "test")'],
    ['src/a.rs', '#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]'],
    ['src/a.js', 'function main() {\n  process.exit(0)\n}\nconst quit = () => process.exit(0)\nmain().then(() => process.exit(0))'],
    ['src/a.js', 'process.exit(1)\nprocess.exit(await main())\nclass Shell {\n  exit() {}\n}'],
    ['src/a.js', "setTimeout(() => process.exit(), 5000).unref()\nprocess.on('SIGINT', () => process.exit(0))"],
    ['a.py', 'def main():\n    sys.exit(0)\nif __name__ == "__main__": sys.exit(0)\nsys.exit(main())\nCalls sys.exit(0) when done.'],
    ['a.py', 'from django.test.signals import setting_changed\ndef print_pytest_report():\n    pass'],
    ['a.go', 'func main() {\n\tos.Exit(0)\n}\nfunc quit() { os.Exit(0) }'],
    ['src/A.java', 'public static void main(String[] args) {\n  System.exit(0);'],
    ['package.json', '"scripts": { "test": "node --test" },\n"directories": { "test": "./test" },\n"exports": { "./test": "./test.js" }'],
    ['package.json', '"ava": {\n  "require": "./setup.js"'],
    ['src/a.js', "process.once('exit', exitCode => {\n  tell(exitCode)"],
    ['src/a.js', "process.on('unhandledRejection', (e) => { log(e); process.exitCode = 1 })"],
    ['src/a.js', "process.on('exit', () => { if (!done) process.exitCode = 1 })"],
    ['src/a.js', "process.on('uncaughtException', (e) => {\n  process.exitCode = 70\n})"],
    ['src/a.js', "process.on('uncaughtException', (e) => {\n  process.exitCode = 130\n})"],
    ['src/a.js', "process.on('unhandledRejection', () => { process.exitCode = 255 })"],
    ['src/a.js', 'process.exit(130)'],
    ['a.py', 'sys.exit(255)'],
    ['src/a.js', "process.on('exit', () => {\n  if (!done) process.exitCode = 1 // it failed\n})"],
    ['rollup.config.js', 'const minify = !!process.env.CI'],
    ['README.md', "import { test } from 'node:test'"],
    ['src/a.js', "process.on('uncaughtException', (error) => shutdown(error))\nprocess.env.GIT_TERMINAL_PROMPT = '0'"],
    [
      'src/a.js',
      "glob('src/**/*.test.js')\nname.endsWith('.test.js')\nimport a from './latest.js'\nObject.defineProperty(Array.prototype, 'at', { value: at })",
    ],
    ['a.py', 'def __eq__(self, other):\n    key = self.key()\n    return key == other.key()'],
    ['a.py', 'frame = inspect.currentframe()\nlog(frame.f_code.co_name)'],
    ['a.go', '_, file, line, _ := runtime.Caller(1)\nlog.Println(file, line)\nname := filepath.Base(os.Args[0])'],
    ['src/a.rs', '#[cfg_attr(test, derive(Debug))]\nstruct A;'],
    ['src/a.rs', '#[cfg(test)]\nuse std::fs;\n#[cfg(test)]\npub fn sample() {}\nlet dir = env::var("CARGO_MANIFEST_DIR").unwrap();'],
    ['include/a.h', '#define SUMS_H\n#undef NDEBUG\n#include <assert.h>\nvoid exit_all(void);\n#define CHECK(x) x'],
    ['src/A.java', 'class Systems {}\nthrow new AssertionError();\nRuntime.getRuntime().addShutdownHook(stop);'],
    ['test/a.test.js', 'assert.equal = () => {}'],
    ['conftest.py', 'import pytest'],
  ]
  for (const [file, code] of harmless) assert.deepEqual(await found(file, code), [], code)
})

test('what was there before and was only moved is no news', async () => {
  const line = 'import unittest'
  assert.deepEqual(await meddlingIn(diffOf('a.py', ['x = 1', `  ${line}`], [line]), kindOf), [])
  assert.deepEqual(
    (await meddlingIn(diffOf('a.py', ['x = 1', line]), kindOf)).map(({ file, line: at }) => [file, at]),
    [['a.py', 8]],
  )
})

test('what leaves as soon as it is loaded is news where it was moved to', async () => {
  assert.equal((await meddlingIn(diffOf('a.js', ['process.exit(0)'], ['  process.exit(0)']), kindOf)).length, 1)
  assert.deepEqual(await meddlingIn(diffOf('a.js', ['process.exit(0)'], ['process.exit(0)']), kindOf), [])
})

test('a process is known by the name that the code gives it', async () => {
  for (const given of [
    "import p from 'node:process'",
    'const { process: p } = globalThis',
    'const p = process',
    "const p = require('process')",
  ])
    for (const ends of ["p.on('exit', () => { p.exitCode = 0 })", 'p.exit(0)'])
      assert.deepEqual(
        await found('src/a.js', `${given}\n${ends}`),
        [`8 ${ends.includes('on(') ? why.ending : why.leaving}`],
        `${given} ${ends}`,
      )
  assert.deepEqual(await found('src/a.js', "import p from './p.js'\np.exit(0)"), [])
})

test('what two lines say together is told where it begins', async () => {
  assert.deepEqual(await found('src/a.c', '#include <stdlib.h>\n__attribute__((constructor)) static void first(void) { exit(0); }'), [
    `8 ${why.ending}`,
  ])
})

test('assertions are known by the name that the code gives them', async () => {
  assert.deepEqual(await found('src/a.js', "import a from 'node:assert/strict'\na.equal = () => {}"), [`8 ${why.replacing}`])
  assert.deepEqual(await found('src/a.js', "const a = require('assert')\na.equal = () => {}"), [`8 ${why.replacing}`])
  for (const given of [
    "import * as a from 'node:assert/strict'",
    "import { strict as a } from 'assert'",
    "const { default: a } = await import('node:assert')",
    "const a = process.getBuiltinModule('node:assert')",
  ])
    for (const set of ["Reflect.set(a.default, 'equal', f)", 'Object.assign(a, { equal: f })', 'a.default.equal = f'])
      assert.deepEqual(await found('src/a.js', `${given}\n${set}`), [`8 ${why.replacing}`], `${given} ${set}`)
  assert.deepEqual(await found('src/a.js', "import a from './a.js'\nObject.assign(a, { equal: f })"), [])
})

test('whoever writes the code does not choose how long it takes to look at it', () => {
  const beginnings = [
    'def ==',
    'def __eq__(',
    'def __eq__ ',
    'fn eq(',
    'boolean equals(',
    'import a,',
    'import (',
    'assert[a',
    'assert.a',
    'argv ',
    '.stack ',
  ]
  const more = [
    'HasSuffix(',
    '/test',
    "'test",
    '__eq__=lambda ',
    'process.on("exit"',
    "process.on('uncaughtException', (e) => ",
    'sys._getframe(1).f_code.co_name ',
    'runtime.Caller(',
    'os.environ.get(',
    '#[cfg(all(test',
    '__attribute__((constructor ',
    'addShutdownHook ',
    'const process: p ',
    'public final abstract ',
    'process.exit',
    'exit(',
    'os._exit',
    'static {',
    'func init()',
    'setImmediate(',
    'const { CI ',
    '"test": ',
    'import { a ',
    'Reflect.set(a',
    'cfg(',
    'typeof ',
    'from ',
    'cwd()',
    "'",
    '"',
    '.',
    ' ',
    '\t',
    'a',
    '(',
    '[',
  ]
  const looked = [...meddlingRules, ...leavingRules, ...circumstanceRules].map(({ code }) => code).concat(settingOf('a|b'), ASSERTIONS)
  for (const beginning of [...beginnings, ...more])
    for (const row of [
      beginning.repeat(5000).slice(0, 5000),
      beginning.padEnd(5000, ' '),
      beginning.padEnd(5000, 'a'),
      beginning.padEnd(5000, 'a.'),
    ])
      for (const code of looked) {
        const from = process.cpuUsage()
        for (let time = 0; time < 10; time++) code.test(`${row}\n${row}`)
        const { user } = process.cpuUsage(from)
        assert.ok(user < 500_000, `${code} takes ${user / 10_000} ms for ${JSON.stringify(row.slice(0, 20))}...`)
      }
})

test('a name that is given to the process takes no other name away from what is looked for', async () => {
  for (const [file, rows] of [
    ['src/a.js', 'const Object = process\nObject.is = () => true'],
    ['src/a.js', '// Object = process\nObject.is = () => true'],
    ['src/a.js', '// JSON = process\nJSON.stringify = () => "same"'],
    ['src/a.js', '// assert = process\nassert.equal = () => {}'],
    ['a.py', '# os = process\nos._exit(0)'],
  ] as const)
    assert.equal((await found(file, rows)).length, 1, rows)
  assert.deepEqual(await found('src/a.js', "const p = process\nif (p.env.NODE_ENV === 'test') return 3"), [`8 ${why.asking}`])
})
