/**
 * A tiny agent of the tests' own: `custom-agent.mjs <role> <behaviour file>`. The behaviour file is JSON: for each role a list of
 * answers, one for each time it is asked; the last one is given again. How often it was asked is kept beside that file.
 *
 *   { "plan": [{ "say": "text on stdout" }], "implement": [{ "write": { "file": "content" }, "say": "done" }], "review": [...] }
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

const [role = '', file = ''] = process.argv.slice(2)
if (role === '--version') {
  console.log('custom 1')
  process.exit(0)
}
const prompt = readFileSync(0, 'utf8')
const answers = JSON.parse(readFileSync(file, 'utf8'))[role]
if (!answers) throw new Error(`${file} has no answers for "${role}"`)
const countFile = `${file}.${role}`
const before = existsSync(countFile) ? Number(readFileSync(countFile, 'utf8')) : 0
writeFileSync(countFile, String(before + 1))
writeFileSync(`${file}.${role}.${before + 1}.prompt`, prompt)
const answer = answers[Math.min(before, answers.length - 1)]
while (answer.waitFor && !existsSync(answer.waitFor)) await setTimeout(20)
for (const [name, content] of Object.entries(answer.write ?? {})) writeFileSync(name, content)
if (answer.fail) {
  console.error(answer.fail)
  process.exit(1)
}
console.log(answer.say ?? 'Done.')
if (answer.hang) setInterval(() => undefined, 1000)
