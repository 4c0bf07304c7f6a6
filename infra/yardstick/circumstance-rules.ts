import type { MeddlingRule } from './meddling-rules.ts'

/** What code of a product says when it looks at who calls it, or puts something of its own in the place of what its tests take for the language's. */

const script = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte)$/
const python = /\.pyi?$/
const native = /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm)$/
const program = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|go|rs|rb|php|java|kts?|cs|c|cc|cpp|cxx|hpp|swift|scala|exs?|dart)$/
const asking = 'asks whether it is being tested'
const replacing = 'replaces what tests compare or print with'
const ending = 'decides how a process ends that judges it'
const near = '[\\s\\S]{0,160}'
const reading = '\\b(?:env|environ|ENV|getenv|Getenv|LookupEnv|var|var_os)\\b(?:\\.get)?[.?]{0,3}[.[(]\\s{0,8}[\'"`]?'
const frameworks = '(?:EXPECT|ASSERT|REQUIRE)_\\w{1,40}|(?:TEST_ASSERT|CU_ASSERT|ck_assert|cr_assert|munit_assert)\\w{0,40}'

/** Tags of Go that say for which machine or compiler a file is, or that it is no part of the product. */
const goTags =
  'aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|wasip1|windows|unix|386|amd64|arm(?:64)?|loong64|mips(?:64)?(?:le)?|ppc64(?:le)?|riscv64|s390x|wasm|cgo|gc|gccgo|tinygo|go1\\.\\d{1,3}|ignore|tools|generate|wireinject|purego|appengine'

export const circumstanceRules: readonly MeddlingRule[] = [
  { files: script, code: /\b(?:getCallSites|moduleLoadList|NODE_V8_COVERAGE|__coverage__|__(?:vitest|jest)_\w{1,40})\b/, why: asking },
  { files: program, code: /\bp(?:arent_)?pid\b[^\n]{0,60}\bcmdline\b|\/proc\/[^\n]{0,40}\bppid\b/i, why: asking },
  // Nobody but a run of checks sets both of these, and a program that sets them for another one does not read them.
  { files: /\.(?!go$)\w+$/, code: new RegExp(`${reading}(?:GOFLAGS|GIT_TERMINAL_PROMPT)\\b(?!['"\\])]{0,3}\\s{0,8}=(?!=))`), why: asking },
  { files: python, code: /\bco_consts\b|\bgc\.get_(?:objects|referrers)\(/, why: asking },
  {
    files: python,
    code: new RegExp(
      `\\b(?:_getframe|currentframe|f_back)\\b[^\\n]{0,60}\\bco_(?:name|filename)\\b${near}(?:==|\\bin\\b|startswith|endswith)[^\\n'"]{0,8}['"]\\w{0,8}te`,
    ),
    withNextLine: true,
    why: asking,
  },
  {
    files: /\.go$/,
    code: new RegExp(`\\b(?:runtime\\.Callers?(?:Frames)?\\(|os\\.Args\\[0\\]|os\\.Executable\\()${near}["\`][^"\`\\n]{0,20}[._]test\\b`),
    withNextLine: true,
    why: asking,
  },
  // What is built with a tag is another program than its tests are built with.
  {
    files: /\.go$/,
    code: new RegExp(`^//\\s{0,2}(?:go:build|\\+build)\\s(?:[^\\n]{0,200}[\\s!(|&,])?(?!(?:${goTags})\\b)[A-Za-z_]`),
    why: asking,
  },
  {
    files: /\.rs$/,
    code: new RegExp(`\\b(?:current\\(\\)\\.name|current_exe)\\(\\)${near}"[^"\\n]{0,20}(?:tests?\\b|deps\\b)`),
    withNextLine: true,
    why: asking,
  },
  { files: /\.rs$/, code: /\bvar(?:_os)?\(\s{0,8}"CARGO\w{0,40}"\s{0,8}\)\.is_(?:some|ok)\(/, why: asking },
  // A module, function or import for tests stands by itself; a statement for them is within the product's.
  {
    files: /\.rs$/,
    code: /#\[cfg\(\s{0,8}(?:test|(?:all|any)\([^)\n]{0,60}\btest\b[^)\n]{0,60}\))\s{0,8}\)\]\s{1,80}(?:return|let|if|match|for|while|loop)\b/,
    withNextLine: true,
    why: asking,
  },

  { files: /\.rs$/, code: /\bcfg_attr\(\s{0,8}(?:test|(?:all|any)\([^)\n]{0,60}\btest\b[^)\n]{0,60}\))\s{0,8},\s{0,8}path\b/, why: asking },

  { files: python, code: /^\s{0,80}(?:def\s{1,8}load_tests\s{0,8}\(|(?:load_tests|__test__)\s{0,8}=(?!=))/, why: 'says how tests are run' },
  { files: script, code: /\bjest-matchers-object\b|\$\$jest-\w|\bvitest:expect\b/, why: replacing },
  { files: script, code: /\boverwrite(?:Method|Property|ChainableMethod)\b/, why: replacing },
  {
    files: script,
    code: /(?:\b(?:defineProperty|Reflect\.set|Object\.assign)\(\s{0,8})(?:Object|JSON|Reflect|console|process(?:\.std(?:out|err))?)\s{0,8},/,
    why: replacing,
  },
  {
    files: /\.rs$/,
    code: /\bmacro_rules!\s{1,8}(?:(?:debug_)?assert(?:_eq|_ne)?|panic|unreachable)\b|\bas\s{1,8}assert(?:_eq|_ne)?\b/,
    why: replacing,
  },
  {
    files: native,
    code: new RegExp(
      `^\\s{0,80}#\\s{0,8}(?:define\\s{1,8}(?:assert|NDEBUG|main|_?exit|abort|${frameworks})\\b|undef\\s{1,8}(?:assert|${frameworks})\\b)`,
    ),
    why: replacing,
  },
  { files: native, code: /\bvoid\s{1,8}(?:__assert_(?:fail|rtn|func)|__assert|_?exit|_Exit|abort)\s{0,8}\(/, why: replacing },
  // In the package of a test it comes before that of java.lang.
  {
    files: /\.java$/,
    code: /^\s{0,80}(?:(?:public|final|abstract)\s{1,8}){0,3}(?:class|record|enum|interface)\s{1,8}(?:System|AssertionError|Assertions|Assert|Error|Throwable|Exception|RuntimeException|Object|String|Integer|Long|Boolean|Math)\b/,
    why: replacing,
  },

  { files: script, code: /\bsetUncaughtExceptionCaptureCallback\b|\bprocess\.execve\(|['"`](?:node:)domain['"`]/, why: ending },
  // Who only tells of what was thrown ends with success.
  {
    files: script,
    code: /\bprocess\.\w{1,24}\(\s{0,8}['"`]uncaughtException['"`]\s{0,8},(?![^\n]{0,200}\b(?:exit|exitCode|throw|abort|kill|shut\w{0,20}|stop|close|fatal|crash)\b)[^\n]{0,200}=>[^\n]{0,200}\)\s{0,8};?$/,
    why: ending,
  },
  { files: /\.(?:java|kts?|scala)$/, code: new RegExp(`\\baddShutdownHook\\b${near}\\bhalt\\(`), withNextLine: true, why: ending },
  {
    files: native,
    code: new RegExp(`__attribute__\\s{0,8}\\(\\(\\s{0,8}(?:con|de)structor\\b${near}\\b(?:_?exit|_Exit|quick_exit|execl?v?p?)\\(`),
    withNextLine: true,
    why: ending,
  },
]

/** Names that a script gives to the process that it runs in. */
const naming =
  /\bimport\s{1,8}(?:\*\s{1,8}as\s{1,8})?([\w$]{1,60})\s{1,8}from\s{1,8}['"](?:node:)?process['"]|\bprocess\s{0,8}:\s{0,8}([\w$]{1,60})\b[^\n]{0,80}\bglobal(?:This)?\b|(?<![\w$.])([\w$]{1,60})\s{0,8}=\s{0,8}(?:(?:global(?:This)?\.)?process\s{0,8}(?:[;,]|$)|(?:await\s{1,8}import|require)\(\s{0,8}['"](?:node:)?process['"])/

/** These lines, in which the process has its own name whatever they call it. Pure. */
export const withProcessNamed = (rows: readonly string[]): readonly string[] => {
  const names = new Set(rows.flatMap((row) => naming.exec(row)?.slice(1).filter(Boolean) ?? []))
  names.delete('process')
  if (names.size === 0) return rows
  const name = new RegExp(
    `(?<![.\\w$])(?:${[...names]
      .slice(0, 20)
      .map((each) => each.replaceAll('$', '\\$'))
      .join('|')})(?=\\s{0,8}[.[?])`,
    'g',
  )
  return rows.map((row) => row.replace(name, 'process'))
}

/** Texts of a line that are names of programs; a pattern is none, nor an ending alone. */
const names = /['"`](?:\.{0,2}\/){0,8}((?:[\w@.-]{1,80}\/){0,8}[a-z0-9][\w.-]{0,80}\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kts?|php|cs))['"`]/gi

/** The files of programs that a line names in texts. Pure. */
export const programsNamedIn = (row: string): string[] => [...row.matchAll(names)].map(([, name = '']) => name)
