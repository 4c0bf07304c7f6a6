import { readFileSync } from 'node:fs'
import type { Lane, Purpose } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import { noUsage } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import type { Git, Services } from '../ports.ts'
import { fill } from './fill-prompt.ts'
import { relevantFiles } from './relevant-files.ts'

type Workspace = NonNullable<Fact<'reasoning.routed'>['data']['workspace']>

const template = readFileSync(new URL('./gather-context.prompt.md', import.meta.url), 'utf8')

/** Puts the files that matter into a question for a lane that sees no repository. */
export default defineFunction({
  on: ['reasoning.routed'],
  emits: ['browser.asked', 'api.asked', 'review.unanswered'],
  timeout: '2m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, blobs, services }) => {
    await state()
    const { data } = event
    const lane = data.lane === 'api' ? 'api' : 'browser'
    const { workspace } = data
    if (!workspace) return [say(`${lane}.asked`, data)]
    const most = longest(data.purpose, lane, services.config)
    const asked = await blobs.text(data.prompt)
    try {
      if (workspace.bundle) {
        const { bundle } = workspace
        await services.git.adopt({ project: workspace.project, headSha: workspace.sha, bundle: () => blobs.bytes(bundle) })
      }
      const prompt = await blobs.put(await withFiles(services.git, workspace, asked, most), 'text/markdown')
      // What is masked in it has another length.
      const { length } = await blobs.text(prompt)
      return [length > most ? say('review.unanswered', tooLong(data, length, most)) : say(`${lane}.asked`, { ...data, prompt })]
    } catch (error) {
      if (!isGitProblem(error)) throw error
      if (asked.length > most) return [say('review.unanswered', tooLong(data, asked.length, most))]
      const warning = `the files of the repository could not be added to the question: ${error.message}`
      return [say(`${lane}.asked`, { ...data, warnings: [...data.warnings, warning] })]
    }
  },
})

/** Characters of files in one question: with the rest of the prompt it stays below what chat pages take as a message or a file. */
const BUDGET = 60_000
const LONGEST_FILE = 20_000
/** Characters of what is said around all files, and around one. */
const FRAME = 2000
const FILE_FRAME = 30
/** Files that are looked into at most: what fits is mostly found among the first. */
const MOST_FILES = 80

/** Characters that a page takes as one message, where its pack cannot be read: what a pack says that says nothing. */
const UNKNOWN_PAGE = 50_000

/** Nobody approves what he was not shown: beyond its longest message a page is given a file, and reads of it what it likes. */
const longest = (purpose: Purpose, lane: Lane, { lanes }: Services['config']): number =>
  purpose === 'review' && lane === 'browser' ? (lanes.browser?.message ?? UNKNOWN_PAGE) : Number.POSITIVE_INFINITY

const tooLong = ({ job, purpose, lane, agent, ...request }: Fact<'reasoning.routed'>['data'], length: number, most: number) => ({
  ...{ job, purpose, lane, agent },
  code: 'permanent' as const,
  reason: `the question has ${length} characters, and the page takes ${most} as one message; of a longer one, which is attached as a file, nobody knows how much it reads; make the task smaller, or add an agent that reviews in the repository`,
  retryable: false,
  usage: noUsage,
  request: { ...request, purpose, agent },
})

const withFiles = async (git: Git, { project, sha }: Workspace, prompt: string, most: number): Promise<string> => {
  const ranked = relevantFiles(await git.showable({ project, sha }), prompt)
  const shown: string[] = []
  let left = Math.min(BUDGET, most - prompt.length - FRAME)
  for (const file of ranked.slice(0, MOST_FILES)) {
    const text = await git.show({ project, sha, file })
    if (text === null || text.includes('\0') || text.length > Math.min(left - file.length - FILE_FRAME, LONGEST_FILE)) continue
    shown.push(`<file path="${file}">\n${text}${text.endsWith('\n') ? '' : '\n'}</file>`)
    left -= text.length + file.length + FILE_FRAME
  }
  const missing = ranked.length - shown.length
  return fill(template, {
    prompt,
    sha,
    files: shown.join('\n'),
    left: missing > 0 ? `(${missing} more files are not shown.)` : '(These are all of its text files.)',
  })
}
