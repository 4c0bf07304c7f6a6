/**
 * What code of a product says when it deals with what judges it; by language, as data. Each pattern is held against one line, and where it
 * says so against the next one as well. Repetitions are bounded: whoever writes the code must not choose how long this takes.
 */
export interface MeddlingRule {
  readonly files: RegExp
  readonly code: RegExp
  readonly withNextLine?: true
  /** The place of the line says it, not its words: one that was moved there is news. */
  readonly wherever?: true
  readonly why: string
}

const script = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte)$/
const manifest = /(?:^|\/)package\.json$/
const python = /\.pyi?$/
const anyCode = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|go|rs|rb|php|java|kts?|cs|swift|scala|exs?|dart)$/

const library = 'uses what tests are written with'
const asking = 'asks whether it is being tested'
const running = 'says how tests are run'
export const replacing = 'replaces what tests compare or print with'
export const equal = 'is equal to whatever it is compared with'

/** Names that mean nothing else, then those that are words as well. */
const runners = 'node:test(?:/\\w{1,20})?|bun:test|@vitest/[\\w-]{1,40}|@jest/[\\w-]{1,40}|@playwright/test'
const wordy =
  'vitest(?:/[\\w-]{1,40})?|jest(?:-[\\w-]{1,40})?|mocha|chai|ava|tap|tape|sinon|uvu(?:/\\w{1,20})?|cypress|should|expect(?:\\.js)?|power-assert|jasmine(?:-core)?'
const pythons = '_?pytest|unittest|nose2|pluggy|django\\.test(?!\\.(?:signals|client)\\b)'
/** What tells how a program was started, or from where it is called. */
const started = '(?:\\b(?:exec_?[aA]rgv|argv0?|Args|ARGV|__file__|_getframe|currentframe|getStackTrace)\\b|\\.(?:stack|filename)\\b)'
const ofTests = `['"\`/][^'"\`\\n]{0,30}(?:\\b|_)(?:tests?|spec|mocha|jest|pytest|unittest)\\b`
/** The names by which scripts know their assertions, with up to three steps to a member. */
const member = '(?:\\.\\w{1,60}|\\[[^\\]\\n]{1,60}\\])'
const setters = '\\b(?:assign|set|definePropert(?:y|ies)|setPrototypeOf|deleteProperty)'
const isSet = '\\s{0,8}(?:\\|\\||&&|\\?\\?)?=(?![=>])'

/** A member of one of these names is set, by a sign or by a function. */
export const settingOf = (names: string): RegExp =>
  new RegExp(`(?<![.\\w$])(?:${names})${member}{1,4}${isSet}|${setters}\\s{0,8}\\(\\s{0,8}(?:${names})\\b`)

export const meddlingRules: readonly MeddlingRule[] = [
  { files: script, code: new RegExp(`['"\`](?:${runners})['"\`]`), why: library },
  { files: script, code: new RegExp(`\\b(?:from|import|require)\\s{0,8}\\(?\\s{0,8}['"\`](?:${wordy})['"\`]`), why: library },
  { files: python, code: new RegExp(`^\\s{0,80}(?:from|import)\\s{1,8}(?:${pythons})\\b`), why: library },
  { files: python, code: new RegExp(`^\\s{0,80}import\\s[\\w., ]{0,200}(?<![.\\w])(?:${pythons})\\b`), why: library },
  { files: python, code: /['"](?:_?pytest|unittest)(?:\.[\w.]{1,60})?['"]/, why: library },
  {
    files: python,
    code: /^\s{0,80}(?:async\s{1,8})?def\s{1,8}pytest_\w{1,60}\s{0,8}\(|^\s{0,80}pytest_\w{1,60}\s{0,8}=(?!=)|\bpytest11\b/,
    why: running,
  },
  { files: python, code: /^\s{0,80}TEST_RUNNER\s{0,8}=(?!=)/, why: running },
  {
    files: /\.go$/,
    code: /^\s{0,80}(?:import\s{1,8})?(?:[\w.]{1,40}\s{1,8})?"(?:testing(?:\/\w{1,20})?|github\.com\/stretchr\/testify[\w/]{0,40})"/,
    why: library,
  },
  {
    files: /\.(?:java|kts?|scala)$/,
    code: /\borg\.(?:junit|testng|assertj|hamcrest|mockito|scalatest)\b|\bjunit\.framework\b/,
    why: library,
  },
  { files: /\.rb$/, code: /\brequire\s{0,8}\(?\s{0,8}['"](?:minitest|rspec|test\/unit)|\b(?:Minitest|RSpec)\b/, why: library },
  { files: /\.php$/, code: /\bPHPUnit\\/, why: library },
  { files: /\.cs$/, code: /\b(?:Xunit|NUnit\.Framework|VisualStudio\.TestTools)\b/, why: library },
  { files: /\.swift$/, code: /\bXCTest\b/, why: library },

  {
    files: anyCode,
    code: /\b(?:NODE_TEST_CONTEXT|JEST_WORKER_ID|VITEST(?:_\w{1,40})?|PYTEST_\w{1,40}|PHPUNIT_\w{1,40}|XCTest\w{0,40}Path|CORTEX_RUN|SANDBOX_RUNTIME)\b/,
    why: asking,
  },
  {
    files: script,
    code: /\bNODE_ENV\b['"\]]{0,2}\s{0,8}[!=]==?\s{0,8}['"`]test|['"`]test['"`]\s{0,8}[!=]==?\s{0,8}[\w.]{0,40}\bNODE_ENV\b/,
    why: asking,
  },
  { files: script, code: /\bnpm_lifecycle_event\b/, why: asking },
  {
    files: anyCode,
    code: /\b(?:env|environ|ENV|getenv|Getenv|LookupEnv)\b(?:\.get)?[.?]{0,3}[.[(]\s{0,8}['"`]?CI\b/,
    why: asking,
  },
  {
    files: anyCode,
    code: /\b(?:(?:get)?cwd\(\)|Getwd\(\)|__dirname|dirname|__file__|HOME|TMPDIR|hostname\(\))[^\n'"`]{0,40}['"`/][^'"`\n]{0,30}\b(?:worktrees?|cortex)\b/,
    why: asking,
  },
  {
    files: anyCode,
    code: new RegExp(
      `${started}[^\\n'"\`]{0,40}\\b(?:includes|endsWith|startsWith|match|test|indexOf|search|contains|endswith|startswith|find)\\s{0,8}\\(?\\s{0,8}${ofTests}`,
    ),
    why: asking,
  },
  {
    files: anyCode,
    code: new RegExp(`\\b(?:HasSuffix|HasPrefix|Contains)\\s{0,8}\\([^\\n'"\`]{0,40}${started}[^\\n'"\`]{0,40}${ofTests}`),
    why: asking,
  },
  {
    files: script,
    code: new RegExp(`/[^/\\n]{0,30}test[^/\\n]{0,30}/\\w{0,6}\\.test\\(\\s{0,8}(?:process)?${started.replace('\\b(', '\\.?\\b(')}`),
    why: asking,
  },
  { files: /\.rb$/, code: /(?:\$0|\$PROGRAM_NAME)\s{0,8}(?:=~|\.(?:match|include|end_with))[^\n]{0,10}(?:test|spec)/, why: asking },
  {
    files: python,
    code: /['"](?:[^'"\n]{0,30}[^a-z'"\n])?(?:py|unit)?test[^'"\n]{0,30}['"]\s{1,8}(?:not\s{1,8})?in\s{1,8}(?:sys\.|os\.|str\(|inspect\.|traceback\.|\w{1,20}\.filename)/,
    why: asking,
  },
  { files: script, code: /\btypeof\s{1,8}(?:global(?:This)?\.)?(?:describe|jest|vi|jasmine)\b/, why: asking },
  { files: script, code: /\bglobal(?:This)?\.(?:describe|it|test|expect|jest|vi|jasmine|assert)\b/, why: asking },
  {
    files: anyCode,
    code: /\{[^{}\n]{0,200}\bCI\b[^{}\n]{0,200}\}\s{0,8}=\s{0,8}[\w.]{0,40}\benv\b|\benv\s{0,8}:\s{0,8}\{[^{}\n]{0,200}\bCI\b|['"`]CI['"`]\s{1,8}(?:not\s{1,8})?in\s{1,8}[\w.]{0,40}\benv/,
    why: asking,
  },
  {
    files: manifest,
    code: /"(?:test|testing|vitest|spec)"\s{0,8}:\s{0,8}(?:"\.{1,2}\/[^"\s]{1,200}\.[cm]?[jt]sx?"|\{\s{0,80}"(?:import|require|default|node|types)")/,
    withNextLine: true,
    why: asking,
  },
  { files: /\.go$/, code: /\b(?:Lookup\(\s{0,8}|Visit(?:All)?\([\s\S]{0,160})["`]test\./, withNextLine: true, why: asking },
  {
    files: /\.rs$/,
    code: /\bcfg\w{0,10}!?\s{0,8}\([^\n]{0,60}\bnot\s{0,8}\(\s{0,8}test\s{0,8}\)|\bcfg!\s{0,8}\(\s{0,8}test\s{0,8}\)/,
    why: asking,
  },
  { files: /\.rb$/, code: /\bR(?:AILS|ACK)_ENV['"\]]{0,2}\s{0,8}[!=]=\s{0,8}['"]test|\bRails\.env\.test\?/, why: asking },

  { files: script, code: settingOf('[Aa]ssert|expect|chai|should'), why: replacing },
  {
    files: script,
    code: /(?<![.\w$])(?:Object|Array|Number|String|Promise|JSON|Math|Reflect|Map|Set)(?:\.prototype)?\.\w{1,60}\s{0,8}(?:\|\||&&)?=(?![=>])/,
    why: replacing,
  },
  {
    files: script,
    code: /\bprocess\.(?:std(?:out|err)\.\w{1,40}|exit|reallyExit|emit|kill)\s{0,8}=(?![=>])|\bconsole\.\w{1,40}\s{0,8}=(?![=>])/,
    why: replacing,
  },
  { files: script, code: /\bregisterHooks\b|\bModule\._\w{1,40}\s{0,8}=(?![=>])|\bsyncBuiltinESMExports\b/, why: replacing },
  {
    files: python,
    code: /\bTestCase\.\w{1,60}\s{0,8}=(?!=)|\bsetattr\(\s{0,8}(?:\w{1,40}\.)?(?:TestCase|builtins)\b|\bbuiltins\.\w{1,60}\s{0,8}=(?!=)/,
    why: replacing,
  },

  {
    files: python,
    code: /\bdef\s{1,4}__(?:eq|ne)__\s{0,4}\([^)\n]{0,80}\)[^:\n]{0,40}:\s{0,80}return\s{1,4}(?:True|1)\s{0,8}(?:#|$)|\b__eq__\s{0,4}=\s{0,4}lambda\b[^:\n]{0,60}:\s{0,4}(?:True|1)\b/,
    withNextLine: true,
    why: equal,
  },
  { files: script, code: /\basymmetricMatch\b/, why: equal },
  {
    files: /\.(?:java|cs|kts?)$/,
    code: /\b(?:boolean|bool|fun)\s{1,8}[Ee]quals\s{0,4}\([^)\n]{0,120}\)[^;{=\n]{0,60}(?:\{\s{0,80}return\s{1,4}true\b|=>?\s{0,8}true\b)/,
    withNextLine: true,
    why: equal,
  },
  {
    files: /\.rs$/,
    code: /\bfn\s{1,4}eq\s{0,4}\([^)\n]{0,120}\)\s{0,4}->\s{0,4}bool\s{0,4}\{\s{0,80}(?:return\s{1,4})?true\b;?\s{0,80}(?:\}|$)/,
    withNextLine: true,
    why: equal,
  },
  {
    files: /\.rb$/,
    code: /\bdef ==(?:\(\s?\w{0,40}\s?\)|\s\w{0,40})?\s?(?:;|\n)\s{0,80}true\s{0,8}(?:;|$)/,
    withNextLine: true,
    why: equal,
  },
]

/** Files whose words may be a program's; settings of tools ask for `CI` by right. */
export const isCode = (file: string): boolean =>
  (anyCode.test(file) && !/\.config\.\w+$/.test(file)) || /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm)$/.test(file) || manifest.test(file)
