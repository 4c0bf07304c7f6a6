import type { Logger } from 'pino'
import { messageOf } from '../../bus/errors.ts'
import type { ChumSettings } from '../settings.ts'
import type { Lessons } from './chum-ports.ts'
import { inPrompt, type Matter, relevant } from './relevant.ts'

/** Of so many that words were found in, the best are chosen. */
const CANDIDATES = 50

const NONE = { text: '', ids: [] }

/** Lessons for a prompt: the text that goes into it, and the ids of those in it. Without the views there are none, and the log says so: no task waits for them. */
export const chooseLessons = async (
  services: { readonly lessons: Lessons; readonly config: { readonly chum: ChumSettings } },
  matter: Matter & { readonly about: string },
  log: Pick<Logger, 'warn'>,
): Promise<{ text: string; ids: string[] }> => {
  if (!services.config.chum.enabled) return NONE
  try {
    const from = services.config.chum.share ? undefined : matter.project
    const chosen = relevant(await services.lessons.near(from, matter.about, CANDIDATES), matter)
    return { text: inPrompt(chosen, matter.project), ids: chosen.map(({ lesson }) => lesson) }
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'a prompt goes without lessons')
    return NONE
  }
}
