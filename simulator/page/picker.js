import { byId, element } from './dom.js'
import { ask } from './server.js'

/** Model and effort: the switcher in the header, its menu, and the effort as a slider in it or as a pill of its own. */

/**
 * @typedef {{ model: string, effort: string }} Selection
 * @typedef {{ models: { slug: string, name: string, disabledNotice?: string }[], efforts: string[], effortControl: string }} PickerMode
 * @param {{ labels: any, mode: PickerMode }} options
 */
export const createPicker = ({ labels, mode }) => {
  /** @type {Selection} */
  let selected = { model: '', effort: '' }

  /** @param {Partial<Selection>} wanted */
  const choose = async (wanted) => show(await ask('PUT', '/backend-api/selection', wanted))

  const trigger = element('button', { type: 'button', 'data-testid': 'model-switcher-dropdown-button', 'aria-haspopup': 'menu' })
  const pill = element('button', { type: 'button', class: '__composer-pill', 'aria-haspopup': 'menu', 'aria-label': labels.effort })
  byId('page-header').append(trigger)
  if (mode.effortControl === 'pills') byId('composer-pills').append(pill)
  opens(trigger, () => modelMenu(selected, mode, labels, choose))
  opens(pill, () => effortMenu(selected, mode, labels, choose))

  /** @param {Selection} next */
  const show = (next) => {
    selected = next
    const name = mode.models.find(({ slug }) => slug === next.model)?.name ?? next.model
    const effort = mode.effortControl === 'slider' ? [element('span', { 'data-animated-slider-trigger': true }, ` ${next.effort}`)] : []
    trigger.replaceChildren(element('span', {}, name), ...effort, ' ▾')
    trigger.setAttribute('aria-label', labels.model.replace('{model}', name))
    pill.textContent = next.effort
  }
  return { show }
}

/**
 * A menu opens at pointer down, as Radix menus do; a click made by a script alone does not open it.
 * @param {HTMLElement} trigger
 * @param {() => HTMLElement} menuOf
 */
const opens = (trigger, menuOf) => {
  const open = () => {
    const isOpen = document.querySelector('[role=menu]')
    closeMenus()
    if (isOpen) return
    const menu = menuOf()
    const place = trigger.getBoundingClientRect()
    document.body.append(menu)
    const isLow = place.top > innerHeight / 2
    menu.style.left = `${place.left}px`
    menu.style.top = `${isLow ? place.top - menu.offsetHeight - 6 : place.bottom + 6}px`
    trigger.setAttribute('aria-expanded', 'true')
  }
  trigger.addEventListener('pointerdown', open)
  trigger.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter' || key === ' ' || key === 'ArrowDown') open()
  })
}

const closeMenus = () => {
  for (const menu of document.querySelectorAll('[role=menu]')) menu.remove()
  for (const trigger of document.querySelectorAll('[aria-expanded]')) trigger.removeAttribute('aria-expanded')
}
document.addEventListener('keydown', ({ key }) => key === 'Escape' && closeMenus())
document.addEventListener('pointerdown', ({ target }) => {
  if (target instanceof Element && !target.closest('[role=menu], [aria-haspopup=menu]')) closeMenus()
})

/**
 * @param {{ text: string, checked: boolean, notice?: string, testid: string }} row
 * @param {() => void} pick
 */
const radioRow = ({ text, checked, notice, testid }, pick) => {
  const attributes = { role: 'menuitemradio', tabindex: '0', 'aria-checked': String(checked), 'data-testid': testid }
  const row = element('div', { ...attributes, 'aria-disabled': notice ? 'true' : undefined, 'data-disabled': Boolean(notice) }, text)
  if (notice) row.append(element('small', {}, notice))
  else {
    row.addEventListener('click', () => {
      closeMenus()
      pick()
    })
  }
  return row
}

/** @param {Selection} selected @param {PickerMode} mode @param {any} labels @param {(wanted: Partial<Selection>) => void} choose */
const modelMenu = (selected, mode, labels, choose) => {
  const menu = element('div', { role: 'menu', 'data-testid': 'composer-intelligence-picker-content' })
  for (const { slug, name, disabledNotice } of mode.models) {
    const row = { text: name, checked: slug === selected.model, notice: disabledNotice, testid: `model-switcher-${slug}` }
    menu.append(radioRow(row, () => choose({ model: slug })))
  }
  if (mode.effortControl === 'slider') menu.append(slider(selected, mode.efforts, labels, (effort) => choose({ effort })))
  return menu
}

/** @param {Selection} selected @param {PickerMode} mode @param {any} labels @param {(wanted: Partial<Selection>) => void} choose */
const effortMenu = (selected, mode, labels, choose) =>
  element(
    'div',
    { role: 'menu', 'aria-label': labels.effort },
    ...mode.efforts.map((effort) =>
      radioRow({ text: effort, checked: effort === selected.effort, testid: `effort-${effort.toLowerCase()}` }, () => choose({ effort })),
    ),
  )

/** @param {Selection} selected @param {string[]} efforts @param {any} labels @param {(effort: string) => void} choose */
const slider = (selected, efforts, labels, choose) => {
  const thumb = element('span', { role: 'slider', tabindex: '0', 'aria-label': labels.effort, 'aria-valuemin': '0' })
  thumb.setAttribute('aria-valuemax', String(efforts.length - 1))
  const name = element('span', { class: 'slider-value' })
  /** @param {number} wanted */
  const stand = (wanted) => {
    const at = Math.max(0, Math.min(efforts.length - 1, wanted))
    thumb.setAttribute('aria-valuenow', String(at))
    thumb.setAttribute('aria-valuetext', efforts[at] ?? '')
    thumb.style.left = `${(100 * at) / Math.max(1, efforts.length - 1)}%`
    name.textContent = efforts[at] ?? ''
    return efforts[at] ?? ''
  }
  stand(efforts.indexOf(selected.effort))
  thumb.addEventListener('keydown', ({ key }) => {
    const at = Number(thumb.getAttribute('aria-valuenow'))
    /** @type {Record<string, number>} */
    const targets = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: efforts.length - 1 }
    const target = targets[key]
    if (target !== undefined) choose(stand(target))
  })
  const track = element('div', { class: 'slider-track' }, thumb)
  track.addEventListener('pointerdown', ({ clientX }) => {
    const { left, width } = track.getBoundingClientRect()
    choose(stand(Math.round(((clientX - left) / width) * (efforts.length - 1))))
  })
  return element('div', { 'data-model-reasoning-effort-slider': true }, element('label', {}, labels.effort, ' ', name), track)
}
