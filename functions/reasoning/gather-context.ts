import { readFileSync } from 'node:fs'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import type { Git } from '../ports.ts'
import { fill } from './fill-prompt.ts'
import { relevantFiles } from './relevant-files.ts'

const template = readFileSync(new URL('./gather-context.prompt.md', import.meta.url), 'utf8')

/** Puts the files that matter into a question for a lane that sees no repository. */
export default defineFunction({
  on: ['reasoning.routed'],
  emits: ['browser.asked', 'api.asked'],
  timeout: '2m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, blobs, services }) => {
    await state()
    const { data } = event
    const lane = data.lane === 'api' ? 'api' : 'browser'
    const { workspace } = data
    if (!workspace) return [say(`${lane}.asked`, data)]
    try {
      if (workspace.bundle) {
        const { bundle } = workspace
        await services.git.adopt({ project: workspace.project, headSha: workspace.sha, bundle: () => blobs.bytes(bundle) })
      }
      const prompt = await withFiles(services.git, workspace, await blobs.text(data.prompt))
      return [say(`${lane}.asked`, { ...data, prompt: await blobs.put(prompt, 'text/markdown') })]
    } catch (error) {
      if (!isGitProblem(error)) throw error
      const warning = `the files of the repository could not be added to the question: ${error.message}`
      return [say(`${lane}.asked`, { ...data, warnings: [...data.warnings, warning] })]
    }
  },
})

/** Characters of files in one question: with the rest of the prompt it stays below what chat pages take as a message or a file. */
const BUDGET = 60_000
const LONGEST_FILE = 20_000
/** Files that are looked into at most: what fits is mostly found among the first. */
const MOST_FILES = 80

const withFiles = async (git: Git, { project, sha }: { project: string; sha: string }, prompt: string): Promise<string> => {
  const ranked = relevantFiles(await git.showable({ project, sha }), prompt)
  const shown: string[] = []
  let left = BUDGET
  for (const file of ranked.slice(0, MOST_FILES)) {
    const text = await git.show({ project, sha, file })
    if (text === null || text.includes('\0') || text.length > Math.min(left, LONGEST_FILE)) continue
    shown.push(`<file path="${file}">\n${text}${text.endsWith('\n') ? '' : '\n'}</file>`)
    left -= text.length
  }
  const missing = ranked.length - shown.length
  return fill(template, {
    prompt,
    sha,
    files: shown.join('\n'),
    left: missing > 0 ? `(${missing} more files are not shown.)` : '(These are all of its text files.)',
  })
}
