import { button, byId, element } from './dom.js'

/** Dialogs over the page and alerts beside the composer. */

/** @param {string} text */
export const toast = (text) => {
  const made = element('div', { role: 'alert', class: 'toast' }, text)
  byId('toasts').append(made)
  setTimeout(() => made.remove(), 8_000)
}

/** @param {string} text empty: no alert */
export const composerAlert = (text) => byId('composer-alert').replaceChildren(...(text ? [element('div', { role: 'alert' }, text)] : []))

/**
 * @param {{ name: string, title: string, text: string, action: string, onAction?: () => void }} dialog shown once a name at a time
 */
export const openDialog = ({ name, title, text, action, onAction }) => {
  if (document.querySelector(`[data-dialog="${name}"]`)) return
  const close = () => {
    closeDialog(name)
    onAction?.()
  }
  const box = element(
    'div',
    { role: 'dialog', 'aria-modal': 'true', 'aria-label': title },
    element('h2', {}, title),
    element('p', {}, text),
  )
  box.append(button({ class: 'primary' }, action, close))
  byId('dialogs').append(element('div', { class: 'overlay', 'data-dialog': name }, box))
}

/** @param {string} name */
export const closeDialog = (name) => document.querySelector(`[data-dialog="${name}"]`)?.remove()
