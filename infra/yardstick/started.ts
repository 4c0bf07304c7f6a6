import path from 'node:path'

/** Programs that run the file which is named after them, or the one that they always look for. */
const interpreter =
  /^(node|nodejs|deno|bun|tsx|ts-node|python[\d.]*|pypy3?|ruby|perl|php|lua|rscript|(ba|da|z|k|fi)?sh|pwsh|g?make|just|source|\.)$/i
/** Words in front of the program that is meant. */
const before =
  /^([\w]+=.*|-.*|\d+[smhd]?|[!@+]|if|elif|then|else|while|until|do|time|env|timeout|exec|nice|nohup|command|sudo|npx|bunx|npm|pnpm|yarn|uv|poetry|pipenv|pdm|hatch|bundle|xvfb-run|run)$/
const startsScripts = /^(npm|pnpm|yarn|bun|npm-run-all2?|run-[sp]|concurrently|start-server-and-test|--run)$/
/** Options of an interpreter after which nothing that is named is run: it is only read, or the text is the next word. */
const runsNothing = (program: string): RegExp => (/(sh|make|just)$/.test(program) ? /^-n$/ : /^(-[celw]+|--check|--eval|--print)$/)
const loads = /^(-r|--(require|import|loader|experimental-loader|config|rcfile|init-file|makefile|file))(?:=(.+))?$/

/** The simple commands of a line, each in words without quotes. Pure. */
const simpleCommands = (line: string): string[][] =>
  line.split(/&&|\|\||\\n|[;|&\n()`{}]/).flatMap((part) => {
    const words = part
      .replaceAll(/["'\\]/g, '')
      .split(/\s+/)
      .filter(Boolean)
    return words.length > 0 ? [words] : []
  })

/** From the program on: without what only surrounds it, a shell that is given a line included. */
const fromProgram = (words: readonly string[]): readonly string[] => {
  const [first = '', second = ''] = words
  if (/(^|\/)(ba|da|z|k)?sh$/.test(first) && /^-\w*c$/.test(second)) return fromProgram(words.slice(2))
  return words.length > 1 && before.test(first) ? fromProgram(words.slice(1)) : words
}

const moduleFiles = (name: string): string[] => {
  const file = name.replaceAll('.', '/')
  return [`${file}.py`, `${file}/__main__.py`, `${file}/__init__.py`]
}

/** Programs with a file of their own that no option names. */
const ownFiles: Readonly<Record<string, string>> = { inv: 'tasks.py', invoke: 'tasks.py', fab: 'fabfile.py' }

/** What a simple command may run: lists of words, of each of which the first that is a file is run. */
const candidates = (words: readonly string[]): string[][] => {
  const [program = '', ...rest] = fromProgram(words)
  const own = program.includes('/') ? [[program]] : Object.hasOwn(ownFiles, program) ? [[ownFiles[program] ?? '']] : []
  const loaded = rest.flatMap((word, index) => {
    const found = loads.exec(word)
    const value = found?.[3] ?? rest[index + 1]
    return found && value !== undefined && (interpreter.test(path.posix.basename(program)) || found[1] !== '-r') ? [value] : []
  })
  const lists = [...own, ...loaded.map((file) => [file])]
  if (!interpreter.test(path.posix.basename(program)) || rest.some((word) => runsNothing(program).test(word))) return lists
  const at = rest.indexOf('-m')
  if (/^py/.test(program) && at >= 0) return [...lists, moduleFiles(rest[at + 1] ?? '')]
  return [...lists, rest.filter((word) => !word.startsWith('-') && !loaded.includes(word))]
}

/** These commands, and the scripts of a package.json that they start, however deep. Pure. */
export const withScripts = (lines: readonly string[], scripts: Readonly<Record<string, string>>): string[] => {
  const all = [...lines]
  const known = new Set<string>()
  const start = (name: string): void => {
    const line = Object.hasOwn(scripts, name) && !known.has(name) ? scripts[name] : undefined
    if (line === undefined) return
    known.add(name)
    all.push(line)
    for (const each of [`pre${name}`, `post${name}`]) start(each)
  }
  for (const line of all)
    for (const words of simpleCommands(line)) {
      if (!words.some((word) => startsScripts.test(word))) continue
      for (const word of words) start(/^t(st)?$/.test(word) ? 'test' : word.replace(/^npm:|^--run=/, ''))
      if (words.some((word) => /^(ci|i|install)$/.test(word)))
        for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) start(name)
    }
  return all
}

/** The files of the base that these commands themselves start or load, whatever their names: of `node a.mjs b.js` the first. Pure. */
export const startedBy = (lines: readonly string[], files: ReadonlySet<string>): string[] =>
  lines.flatMap((line) => {
    let folder = ''
    return simpleCommands(line).flatMap((words) => {
      if (words[0] === 'cd') folder = path.posix.join(folder, words[1] ?? '')
      return candidates(words).flatMap((list) => list.flatMap((word) => fileOf(word, folder, files) ?? []).slice(0, 1))
    })
  })

/** A word as the file that it means, also where its ending is left to Node. */
const fileOf = (word: string, folder: string, files: ReadonlySet<string>): string | undefined =>
  [path.posix.join(folder, word), path.posix.normalize(word)]
    .flatMap((file) => [file, `${file}.js`, `${file}.cjs`, `${file}/index.js`])
    .find((file) => files.has(file))

/** Programs that hold what a run said against a file. */
const comparing = /^(?:(?:colou?r|w|s)?diff3?|cmp|comm|delta|(?:md5|sha\d+|b2|ck)sum|dyff|jd|bats|prove|shellspec|cram)$/

/** The files of the base that these lines compare with, or hand to a runner of tests: what lies there is no product. Pure. */
export const comparedIn = (lines: readonly string[], files: ReadonlySet<string>): string[] =>
  lines
    .filter((line) => /\b(?:diff3?|cmp|comm|delta|\w{2,8}sum|dyff|jd|bats|prove|shellspec|cram|doctest)\b/.test(line))
    .flatMap(simpleCommands)
    .flatMap((words) => {
      const [program = '', ...rest] = fromProgram(words)
      const isComparing = comparing.test(path.posix.basename(program)) || (rest[0] === '-m' && rest[1] === 'doctest')
      return isComparing ? rest.flatMap((word) => fileOf(word, '', files) ?? []) : []
    })
    .filter((file) => !/\.(?:[cm]?[jt]sx?|py|rb|go|rs)$/.test(file))
