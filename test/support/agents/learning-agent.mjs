/**
 * A learner of the tests' own: `learning-agent.mjs <file>`. It teaches a known lesson in other words and one that is new in each task,
 * and says of two notes that they are the same lesson when it is asked. The file holds JSON: { "fresh": "the new summary", "known": "the id of the known
 * lesson" }; what it was asked stands beside it, a line each.
 */
import { appendFileSync, readFileSync } from 'node:fs'

const [file = ''] = process.argv.slice(2)
if (file === '--version') {
  console.log('learning 1')
  process.exit(0)
}
const prompt = readFileSync(0, 'utf8')
const { fresh, known } = JSON.parse(readFileSync(file, 'utf8'))
const isComparison = prompt.includes('<new note="N1">')
appendFileSync(`${file}.asked`, `${isComparison ? 'compare' : 'learn'} ${fresh}\n`)
const quote = /<piece id="P1"[^>]*>\s*(\S+)/.exec(prompt)?.[1]
const lesson = (summary, files) => ({
  ...{ category: 'rule', summary, detail: summary, file_paths: files, labels: [], evidence: [{ piece: 'P1', quote }], same_as: null },
})
console.log(
  JSON.stringify(
    isComparison
      ? { same: [{ note: 'N1', as: known }] }
      : { lessons: [lesson(fresh, []), lesson(known ? 'Whoever greets takes leave.' : 'A greeting says goodbye.', ['greeting.txt'])] },
  ),
)
