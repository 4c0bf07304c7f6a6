import { posix } from 'node:path'
import type { Unseen } from './unseen.ts'

/** Links on one way that a system follows. */
const MOST_FOLLOWED = 40

/** Whether a change may have links: a moved one has no mode in its diff. Pure. */
export const mayHaveLinks = (diff: string): boolean => /^(?:rename to .*|(?:new file mode|new mode|index \S+) 120000)$/m.test(diff)

/**
 * Which links of a change have their content outside of the repository, or might where it is used. `links` are all of its head: those of the
 * base are followed as well. Pure.
 */
export const leadingOut = (changed: readonly string[], links: ReadonlyMap<string, string>): Unseen[] =>
  changed.flatMap((file) => {
    const target = links.get(file)
    if (target === undefined) return []
    const shown = target.slice(0, 200)
    if (leadsOut(file, links)) return [{ file, why: `a link that leads out of the repository, to ${shown}` }]
    return hasTurned(target) ? [{ file, why: `a link that may lead out of the repository, for it turns back after a name: ${shown}` }] : []
  })

const isStep = (step: string): boolean => step !== '' && step !== '.'

/** What is above a name depends on what it is where the link is followed: a link, even one that is made only there. */
const hasTurned = (target: string): boolean => {
  const steps = target.split('/').filter(isStep)
  const name = steps.findIndex((step) => step !== '..')
  return name >= 0 && steps.includes('..', name)
}

/** Follows a link as a system does, through those on its way. */
const leadsOut = (link: string, links: ReadonlyMap<string, string>): boolean => {
  const place: string[] = []
  const steps = link.split('/')
  for (let followed = 0, step = steps.shift(); step !== undefined; step = steps.shift()) {
    if (!isStep(step)) continue
    if (step === '..' && place.length === 0) return true
    if (step === '..') place.pop()
    else place.push(step)
    const target = step === '..' ? undefined : links.get(place.join('/'))
    if (target === undefined) continue
    followed += 1
    if (posix.isAbsolute(target) || followed > MOST_FOLLOWED) return true
    place.pop()
    steps.unshift(...target.split('/'))
  }
  return false
}
