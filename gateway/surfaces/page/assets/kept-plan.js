// @ts-check
/** The plan that a person was shown to decide on stays his: another one is not put under his hand before he asks for it. */

/** By its hash, from the first look of this page on. */
let shownHash = ''
/** Of the plan that waits by the last look. */
let waitingHash = ''

/** From the next look on the plan that waits is shown. */
export const showWaitingPlan = () => {
  shownHash = waitingHash
}

/** @param {Element | null} plan */
const hashOf = (plan) => plan?.getAttribute('data-hash') ?? ''

/**
 * What came back with a refused form is a person's words, too.
 * @param {Element} plan
 */
const hasTyped = (plan) => [...plan.querySelectorAll('textarea')].some(({ value }) => value !== '')

/**
 * Says that this plan is not to be decided on: another one is there, or none waits any more.
 * @param {Element} plan
 * @param {boolean} isReplaced
 */
const mark = (plan, isReplaced) => {
  for (const words of plan.querySelectorAll('.replaced')) words.toggleAttribute('hidden', words.classList.contains('passed') === isReplaced)
  for (const button of plan.querySelectorAll('form button')) button.toggleAttribute('disabled', true)
}

/**
 * Before the fresh page is laid over the old one. A plan that is being read, or that somebody has begun to answer, is put into
 * the fresh page in the place of what came after it; a plan that came while nothing was there to decide on is only marked.
 * @param {Element} old
 * @param {Element} fresh
 */
export const keepPlan = (old, fresh) => {
  const [shown, present] = [old.querySelector('#plan'), fresh.querySelector('#plan')]
  shownHash ||= hashOf(shown) || hashOf(present)
  const waiting = hashOf(present)
  waitingHash = waiting
  if (waiting === shownHash) return
  if (!shown || !hashOf(shown) || (!waiting && !hasTyped(shown))) {
    if (present && waiting) mark(present, true)
    return
  }
  mark(shown, waiting !== '')
  const kept = shown.cloneNode(true)
  if (present) present.replaceWith(kept)
  else fresh.querySelector('.wide')?.prepend(kept)
}
