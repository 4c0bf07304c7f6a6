// @ts-check
/** Keys are where the things they lead to are: `data-key` names the key, `data-does` says it in words. */

/** @typedef {HTMLElement & { dataset: { key: string, does: string } }} Keyed */

/** @returns {Keyed[]} */
const keyed = () => [...document.querySelectorAll('[data-key]')].map((element) => /** @type {Keyed} */ (element))

/** @param {EventTarget | null} target */
const isTyping = (target) => target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')

/**
 * A link is followed and a part is opened; a button is only focused: pressing it stays the person's own act.
 * @param {HTMLElement} element
 */
const goTo = (element) => {
  if (element instanceof HTMLAnchorElement) return element.click()
  element.focus()
  element.scrollIntoView({ block: 'nearest' })
  const details = element.localName === 'summary' ? element.closest('details') : null
  if (!details) return
  if (details.open) writeIn(details)
  details.open = true
}

/**
 * What was opened to be written in, by key or by hand, has the pen: letters are words there, and no keys.
 * @param {HTMLDetailsElement} details
 */
const writeIn = (details) => {
  const field = details.querySelector('textarea, input:not([type=hidden])')
  if (field instanceof HTMLElement) field.focus()
}

/**
 * The next or the previous row of a list.
 * @param {number} step
 */
const moveRow = (step) => {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-row]')])
  const present = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement))
  rows[Math.min(rows.length - 1, Math.max(0, present + step))]?.focus()
}

const showHelp = () => {
  const dialog = document.querySelector('dialog#keys')
  const list = dialog?.querySelector('dl')
  if (!(dialog instanceof HTMLDialogElement) || !list) return
  const rows = document.querySelector('[data-row]')
    ? [
        ['j', 'Next of the list'],
        ['k', 'Previous of the list'],
        ['Enter', 'Open it'],
      ]
    : []
  const all = [...keyed().map(({ dataset }) => [dataset.key, dataset.does]), ...rows, ['?', 'This help']]
  list.replaceChildren(
    ...all.flatMap(([key, does]) => {
      const term = document.createElement('dt')
      const sign = document.createElement('kbd')
      sign.textContent = key ?? ''
      term.append(sign)
      const words = document.createElement('dd')
      words.textContent = does ?? ''
      return [term, words]
    }),
  )
  dialog.showModal()
}

export const listenToKeys = () => {
  const button = document.querySelector('#keys-button')
  if (button instanceof HTMLElement) {
    button.hidden = false
    button.addEventListener('click', showHelp)
  }
  /** @param {Event} event */
  const opened = ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.open && target.querySelector(':scope > summary[data-key]')) writeIn(target)
  }
  document.addEventListener('toggle', opened, true)
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.key === 'Escape' && isTyping(event.target)) return /** @type {HTMLElement} */ (event.target).blur()
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return
    if (event.key === '?') return showHelp()
    if (event.key === 'j' || event.key === 'k') return moveRow(event.key === 'j' ? 1 : -1)
    const element = keyed().find(({ dataset }) => dataset.key === event.key)
    if (!element) return
    event.preventDefault()
    goTo(element)
  })
}
