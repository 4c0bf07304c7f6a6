import type { Git } from '../../functions/ports.ts'
import { isProgram } from './programs.ts'

const runners = 'node:test|bun:test|vitest|@jest/globals|@playwright/test|mocha|jasmine|ava|tap|tape|uvu'
const called = (names: string): RegExp => new RegExp(String.raw`(?<![.\w$])(?:${names})(?:\.\w{1,20})?\(\s{0,80}['"\`]`)

/** What a program says that is written as a test, by language: it loads what runs tests, or calls what such a runner gives to it. */
const signs: readonly (readonly [files: RegExp, ...says: RegExp[]])[] = [
  [/\.[cm]?[jt]sx?$/, new RegExp(String.raw`\b(?:from|import|require)\s{0,8}\(?\s{0,8}['"\`](?:${runners})['"\`]`)],
  [/\.[cm]?[jt]sx?$/, called('describe|suite|context'), called('it|test|specify')],
  [/\.py$/, /^[ \t]{0,80}(?:from|import)\s{1,8}(?:unittest|pytest|nose2)\b(?!\.mock)/m],
  [/\.(?:java|kts?|scala)$/, /^\s{0,80}import\s[^\n]{0,80}\b(?:org\.junit|org\.testng|junit\.framework|io\.kotest|org\.scalatest)\b/m],
  [/\.rb$/, /^\s{0,80}require\s{0,8}\(?\s{0,8}['"](?:minitest|rspec|test\/unit)/m],
  [/\.php$/, /^\s{0,80}use\s{1,8}PHPUnit\\/m],
  [/\.cs$/, /^\s{0,80}(?:global\s{1,8})?using\s{1,8}(?:Xunit|NUnit|Microsoft\.VisualStudio\.TestTools)\b/m],
]

/** One of these stands in every program that has a sign. */
const words = [
  ...[...runners.split('|'), 'describe', 'suite', 'context', 'unittest', 'pytest', 'nose2', 'org.junit', 'org.testng', 'junit.framework'],
  ...['io.kotest', 'org.scalatest', 'minitest', 'rspec', 'test/unit', 'PHPUnit', 'Xunit', 'NUnit', 'TestTools'],
]

/** Whether a program says of itself that it is a test. Pure. */
export const isWrittenAsTest = (file: string, text: string): boolean =>
  signs.some(([files, ...says]) => files.test(file) && says.every((sign) => sign.test(text)))

/** Which of these files of a base are written as tests, whatever their names: a runner's settings may look for tests anywhere. */
export async function writtenAsTests(
  git: Pick<Git, 'mentioning' | 'show'>,
  { project, sha }: { project: string; sha: string },
  files: readonly string[],
): Promise<string[]> {
  const programs = new Set(files.filter((file) => isProgram.test(file)))
  if (programs.size === 0) return []
  const found: string[] = []
  for (const file of await git.mentioning({ project, sha, texts: words }))
    if (programs.has(file) && isWrittenAsTest(file, (await git.show({ project, sha, file })) ?? '')) found.push(file)
  return found
}
