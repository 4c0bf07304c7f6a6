// @ts-check
/** Letters that are kept: what is older is in the logs afterwards. */
const MOST = 60_000

const ESC = String.fromCharCode(27)
const BEL = String.fromCharCode(7)
/** What steers a terminal: colours, moves, titles. */
const sequences = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[@-Z\\\\-_])`, 'g')

/** The text without them, and without what draws nothing or turns the direction of reading.
 * @param {string} text
 */
const plain = (text) =>
  text
    .replace(sequences, '')
    .replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu, (sign) => ('\n\t\u200c\u200d\ufe0f'.includes(sign) ? sign : ''))

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
  const all = (shown.textContent ?? '') + plain(text) + (text.endsWith('\n') ? '' : '\n')
  shown.textContent = all.length > MOST ? all.slice(all.indexOf('\n', all.length - MOST) + 1) : all
  if (isAtEnd) shown.scrollTop = shown.scrollHeight
}
