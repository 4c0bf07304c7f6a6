import type { FileChange, Git } from '../../../functions/ports.ts'
import type { Canary, Yardstick } from '../../../functions/verification/check-ports.ts'
import { mayHoldTests } from '../inner-tests.ts'
import type { KindOf } from '../kinds.ts'
import { isProgram } from '../programs.ts'
import { canariesIn, takesCanaries, withCanaries } from './canaries.ts'
import { nearest, subjectOf } from './nearest.ts'

type About = Parameters<Yardstick['canaries']>[0]

/** Files that get a test, and those that are read for it. */
const [MOST_FILES, MOST_READ] = [12, 40]
/** Subjects that are looked for in tests; a shorter one says nothing. */
const [MOST_SUBJECTS, SHORTEST] = [20, 3]
const prose = /\.(?:md|markdown|txt|rst|adoc|png|jpe?g|gif|svg|webp|pdf)$|(?:^|\/)(?:LICEN[CS]E|AUTHORS|NOTICE|CODEOWNERS)$/i

/** Whether a change may do something to how tests end: by code, or by what is asked for of others' code. */
const isCode = ({ file }: FileChange, kindOf: KindOf): boolean => !['test', 'runner'].includes(kindOf(file) ?? '') && !prose.test(file)

/** The part of the `Yardstick` that adds tests which must fail: to files of the base, as the change left their places. */
export function createCanaries(
  git: Pick<Git, 'changes' | 'compose' | 'files' | 'mentioning' | 'show'>,
  kindsAt: (about: About) => Promise<KindOf>,
): Pick<Yardstick, 'canaries' | 'plant'> {
  const near = async (about: About, kindOf: KindOf): Promise<string[]> => {
    const base = { project: about.project, sha: about.baseSha }
    const changes = await git.changes(about)
    const changed = changes.filter((one) => isCode(one, kindOf)).map(({ file }) => file)
    if (changed.length === 0) return []
    const gone = new Set(changes.flatMap(({ change, file, from = file }) => (change === 'deleted' || change === 'renamed' ? [from] : [])))
    const isTest = (file: string): boolean => isProgram.test(file) && (kindOf(file) === 'test' || mayHoldTests(file))
    const tests = (await git.files(base)).filter((file) => isTest(file) && !gone.has(file))
    const subjects = [...new Set(changed.map(subjectOf))].filter(({ length }) => length >= SHORTEST).slice(0, MOST_SUBJECTS)
    const speaking = new Set(subjects.length > 0 && tests.length > 0 ? await git.mentioning({ ...base, texts: subjects }) : [])
    return nearest(tests, changed, speaking)
  }

  return {
    canaries: async (about) => {
      const found: Canary[][] = []
      for (const file of (await near(about, await kindsAt(about))).slice(0, MOST_READ)) {
        const text = await git.show({ project: about.project, sha: about.baseSha, file })
        const canaries = text === null ? [] : canariesIn(file, text)
        if (canaries.length > 0) found.push(canaries)
        if (found.length === MOST_FILES) break
      }
      return found.flat()
    },
    plant: async ({ project, sha, canaries, as }) => {
      const write: Record<string, string> = {}
      for (const file of new Set(canaries.map((canary) => canary.file))) {
        const text = await git.show({ project, sha, file })
        const tests = canaries.filter((canary) => canary.file === file).map((canary) => canary[as])
        // Where the head's text takes none while the base's does, the check passes at the head alone, and a person is called.
        if (text !== null && takesCanaries(text)) write[file] = withCanaries(file, text, tests)
      }
      return git.compose({ project, baseSha: sha, headSha: sha, restore: [], remove: [], write })
    },
  }
}
