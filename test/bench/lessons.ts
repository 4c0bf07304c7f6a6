import { catalogue } from '../../domain/catalogue/index.ts'
import { chooseLessons } from '../../functions/chum/choose-lessons.ts'
import { folderForViews, open, settled } from '../functions/views/views-setting.ts'
import { startBus } from '../support/bus.ts'
import { lesson } from '../support/lessons.ts'
import { randomOf } from '../support/random.ts'
import { config } from '../support/stubs.ts'
import { timed } from './measure.ts'

const LESSONS = 2000
const ROUNDS = 500

/** Times the choice of lessons for a prompt through the real views. */
export const lessons = async (say: (line: string) => void): Promise<void> => {
  await measure('words as in prose', { words: 5000, steepness: 3 }, say)
  await measure('words that stand in most lessons each', { words: 400, steepness: 2 }, say)
}

const measure = async (name: string, language: { words: number; steepness: number }, say: (line: string) => void): Promise<void> => {
  await using bus = await startBus(catalogue, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  const random = randomOf(7)
  const word = (): string => `word${Math.floor(random() ** language.steepness * language.words)}`
  const text = (length: number): string => Array.from({ length }, word).join(' ')
  const { file_paths: _, ...rest } = lesson()
  for (let n = 0; n < LESSONS; n++)
    await bus.emit('lesson.learned', `task-${n}`, {
      ...rest,
      ...{ lesson: `lesson-${n.toString(16).padStart(16, '0')}`, project: 'shop', summary: text(15), detail: text(200) },
      ...{ category: 'rule', filePaths: [`src/folder${n % 50}/file${n % 300}.ts`], evidence: [] },
    })
  await settled(bus, views)
  const services = { config: config({ chum: { enabled: true } }), lessons: views.lessons }
  const warn = (said: unknown): void => say(JSON.stringify(said))
  const about = (round: number) => ({ about: text(round % 2 === 0 ? 30 : 3000), files: ['src/folder7/file7.ts'] })
  const taken: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const matter = { project: 'shop', now: new Date().toISOString(), ...about(round) }
    taken.push(await timed(() => chooseLessons(services, matter, { warn })))
  }
  const sorted = taken.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  say(`of ${LESSONS} lessons, ${name}: chosen in ${at(0.5)} ms (p50), ${at(0.99)} ms (p99); goal: less than 20 ms`)
}
