// @ts-check
/** Letters that are kept: what is older is in the logs afterwards. */
const MOST = 60_000

let isNew = true

/** A new line tells the last minutes again: what is shown gives way to them. */
export const beginOutput = () => {
  isNew = true
}

/** Shows a piece of what an agent or a model writes at this moment: `{function, stream, text, replay?}`.
 * @param {string} data
 */
export const showOutput = (data) => {
  const section = document.querySelector('#live')
  const shown = document.querySelector('#live-text')
  const about = document.querySelector('#live-of')
  if (!(section instanceof HTMLElement) || !(shown instanceof HTMLElement)) return
  const { function: who, text, replay } = JSON.parse(data)
  if (typeof text !== 'string' || text === '') return
  if (isNew && replay) shown.textContent = ''
  isNew = false
  const isAtEnd = shown.scrollHeight - shown.scrollTop - shown.clientHeight < 40
  section.hidden = false
  if (about && typeof who === 'string') about.textContent = who
  const all = (shown.textContent ?? '') + text + (text.endsWith('\n') ? '' : '\n')
  shown.textContent = all.length > MOST ? all.slice(all.indexOf('\n', all.length - MOST) + 1) : all
  if (isAtEnd) shown.scrollTop = shown.scrollHeight
}
