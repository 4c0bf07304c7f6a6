/** What code of a product says when it deals with what judges it; by language, as data. */
export interface MeddlingRule {
  readonly files: RegExp
  readonly code: RegExp
  readonly why: string
}

const script = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte)$/
const python = /\.pyi?$/
const anyCode = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|go|rs|rb|php|java|kts?|cs|swift|scala|exs?|dart)$/

const library = 'uses what tests are written with'
const asking = 'asks whether it is being tested'
const replacing = 'replaces what tests compare or print with'
const equal = 'is equal to whatever it is compared with'

/** Names that mean nothing else, then those that are words as well. */
const runners = 'node:test(?:/\\w+)?|bun:test|vitest(?:/[\\w-]+)?|@vitest/[\\w-]+|jest(?:-[\\w-]+)?|@jest/[\\w-]+|mocha|@playwright/test'
const wordy = 'chai|ava|tap|tape|sinon|uvu(?:/\\w+)?|cypress|should|expect(?:\\.js)?|power-assert|jasmine(?:-core)?'
const pythons = '_?pytest|unittest|nose2?|pluggy|hypothesis'

export const meddlingRules: readonly MeddlingRule[] = [
  { files: script, code: new RegExp(`['"\`](?:${runners})['"\`]`, 'g'), why: library },
  { files: script, code: new RegExp(`\\b(?:from|import|require)\\s*\\(?\\s*['"\`](?:${wordy})['"\`]`, 'g'), why: library },
  { files: python, code: new RegExp(`^[ \\t]*(?:from|import)[ \\t][\\w., \\t]*\\b(?:${pythons})\\b`, 'gm'), why: library },
  { files: python, code: /['"](?:_?pytest|unittest)(?:\.[\w.]+)?['"]/g, why: library },
  { files: /\.go$/, code: /^\s*(?:import\s+)?(?:[\w.]+\s+)?"(?:testing(?:\/\w+)?|github\.com\/stretchr\/testify[\w/]*)"/gm, why: library },
  {
    files: /\.(?:java|kts?|scala)$/,
    code: /\borg\.(?:junit|testng|assertj|hamcrest|mockito|scalatest)\b|\bjunit\.framework\b/g,
    why: library,
  },
  { files: /\.rb$/, code: /\brequire\s*\(?\s*['"](?:minitest|rspec|test\/unit)|\b(?:Minitest|RSpec)\b/g, why: library },
  { files: /\.php$/, code: /\bPHPUnit\\/g, why: library },
  { files: /\.cs$/, code: /\b(?:Xunit|NUnit\.Framework|VisualStudio\.TestTools)\b/g, why: library },
  { files: /\.swift$/, code: /\bXCTest\b/g, why: library },

  {
    files: anyCode,
    code: /\b(?:NODE_TEST_CONTEXT|JEST_WORKER_ID|VITEST(?:_\w+)?|PYTEST_\w+|PHPUNIT_\w+|XCTest\w*Path|CORTEX_RUN|SANDBOX_RUNTIME)\b/g,
    why: asking,
  },
  { files: script, code: /\bNODE_ENV\b['"\]]*\s*[!=]==?\s*['"`]test|['"`]test['"`]\s*[!=]==?\s*[\w.]*\bNODE_ENV\b/g, why: asking },
  { files: anyCode, code: /\b(?:env|environ|ENV|getenv|Getenv|LookupEnv)\b(?:\.get)?[.?]*[.[(]\s*['"`]?CI\b/g, why: asking },
  {
    files: anyCode,
    code: /\b(?:(?:get)?cwd\(\)|Getwd\(\)|__dirname|dirname|__file__|HOME|TMPDIR|hostname\(\))[^\n'"`]{0,40}['"`/][^'"`\n]{0,30}\b(?:worktrees?|cortex)\b/g,
    why: asking,
  },
  {
    files: anyCode,
    code: /\b(?:exec_?[aA]rgv|argv0?|Args|ARGV|stack|__file__|filename|_getframe|currentframe|getStackTrace)\b[^\n'"`]{0,60}['"`/][^'"`\n]{0,30}(?:\b|_)(?:tests?|spec|mocha|jest|pytest|unittest)\b/g,
    why: asking,
  },
  {
    files: python,
    code: /['"](?:[^'"\n]{0,30}[^a-z'"\n])?(?:py|unit)?test[^'"\n]{0,30}['"]\s+(?:not\s+)?in\s+(?:sys\.|os\.|str\(|inspect\.|traceback\.)/g,
    why: asking,
  },
  { files: script, code: /\btypeof\s+(?:global(?:This)?\.)?(?:describe|it|test|expect|jest|vi|jasmine)\b/g, why: asking },
  { files: script, code: /\bglobal(?:This)?\.(?:describe|it|test|expect|jest|vi|jasmine|assert)\b/g, why: asking },
  { files: /\.go$/, code: /\bLookup\(\s*["`]test\./g, why: asking },
  { files: /\.rs$/, code: /\bcfg\w*!?\s*\([^\n]*\bnot\s*\(\s*test\s*\)|\bcfg!\s*\(\s*test\s*\)|\bdebug_assertions\b/g, why: asking },
  { files: /\.rb$/, code: /\bRAILS_ENV\b|\bRails\.env\.test\?/g, why: asking },

  {
    files: script,
    code: /\b(?:[Aa]ssert|expect|chai|should)(?:\.\w+|\[[^\]\n]{1,60}\])*?(?:\.\w+|\[[^\]\n]{1,60}\])\s*=(?![=>])/g,
    why: replacing,
  },
  { files: script, code: /\b(?:assign|definePropert(?:y|ies)|setPrototypeOf)\s*\(\s*[Aa]ssert\b/g, why: replacing },
  {
    files: script,
    code: /\b(?:Object|Array|Number|String|Promise|JSON|Math|Reflect|Map|Set)(?:\.prototype)?\.\w+\s*=(?![=>])/g,
    why: replacing,
  },
  {
    files: script,
    code: /\bprocess\.(?:std(?:out|err)\.\w+|exit|reallyExit|emit|kill)\s*=(?![=>])|\bconsole\.\w+\s*=(?![=>])/g,
    why: replacing,
  },
  { files: script, code: /\bregisterHooks\b|\bModule\._\w+\s*=(?![=>])|\bsyncBuiltinESMExports\b/g, why: replacing },
  {
    files: python,
    code: /\bTestCase\.\w+\s*=(?!=)|\bsetattr\(\s*(?:\w+\.)?(?:TestCase|builtins)\b|\bbuiltins\.\w+\s*=(?!=)/g,
    why: replacing,
  },

  {
    files: python,
    code: /\bdef\s+__(?:eq|ne)__\s*\([^)]*\)[^:\n]*:\s*return\s+(?:True|False)\b|\b__eq__\s*=\s*lambda\b[^:\n]*:\s*True\b/g,
    why: equal,
  },
  { files: script, code: /\basymmetricMatch\b/g, why: equal },
  { files: /\.(?:java|cs|kts?)$/, code: /\b[Ee]quals\s*\([^)]*\)[^;{=]*(?:\{\s*return\s+true\b|=>?\s*true\b)/g, why: equal },
  { files: /\.rs$/, code: /\bfn\s+eq\s*\([^)]*\)\s*->\s*bool\s*\{\s*true\s*\}/g, why: equal },
  { files: /\.rb$/, code: /\bdef\s+==\s*\(?\s*\w*\s*\)?\s*[;\n]\s*true\b/g, why: equal },
]

/** Files whose words may be a program's. */
export const isCode = (file: string): boolean => anyCode.test(file)
