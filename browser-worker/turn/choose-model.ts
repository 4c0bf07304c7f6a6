import type { Locator } from 'playwright-core'
import { type MenuItem, menuItems } from '../page/in-page/menu-items.ts'
import { locateShown } from '../page/locate.ts'
import { runInPage } from '../page/run-in-page.ts'
import { matchesAny } from '../sites/site-pack.ts'
import { type Choice, nameOf, pickItem } from './model-names.ts'
import { lettersOf } from './prompt-text.ts'
import type { Stage } from './stage.ts'
import { TurnFault } from './types.ts'

const menuMs = 3_000

/** Chooses the model in the page's menu and looks again that it is chosen. Throws TurnFault MODEL_UNAVAILABLE: nothing was sent. */
export const chooseModel = async (stage: Stage, wanted: string): Promise<Choice> => {
  const { modelButton, modelItem } = stage.pack.selectors
  return chooseItem(stage, { what: 'model', wanted, button: modelButton, items: modelItem })
}

/** Chooses the effort by a menu or a slider and looks again. Throws TurnFault MODEL_UNAVAILABLE: nothing was sent. */
export const chooseEffort = async (stage: Stage, wanted: string): Promise<void> => {
  const { effortButton, effortItem, effortSlider, modelButton } = stage.pack.selectors
  const button = [...effortButton, ...modelButton]
  await openMenu(stage, button, [...effortSlider, ...effortItem])
  const slider = await locateShown(stage.page, effortSlider)
  if (slider) {
    await slide(stage, slider.first(), wanted)
    await stage.page.keyboard.press('Escape')
    return
  }
  await chooseItem(stage, { what: 'effort', wanted, button, items: effortItem })
}

interface Menu {
  readonly what: 'model' | 'effort'
  readonly wanted: string
  readonly button: readonly string[]
  readonly items: readonly string[]
}

const unavailable = (reason: string) => new TurnFault('MODEL_UNAVAILABLE', reason, { sent: 'no' })

const chooseItem = async (stage: Stage, menu: Menu): Promise<Choice> => {
  const { what, wanted, button } = menu
  const find = (all: readonly MenuItem[]) => pickItem(all, wanted, stage.pack.model.aliases)
  const offered = await openMenu(stage, button, menu.items)
  const item = find(offered)
  if (!item) throw unavailable(`the page offers no ${what} "${wanted}": ${offered.map(nameOf).join(', ') || 'its menu is empty'}`)
  if (item.disabled || matchesAny(stage.pack.texts.itemUnavailable, item.label)) {
    throw unavailable(`the ${what} "${wanted}" cannot be chosen now: ${item.label.replaceAll('\n', ' ')}`)
  }
  await (await locateShown(stage.page, menu.items))?.nth(item.position).click({ timeout: menuMs })
  await stage.pause(150, 'no')
  const again = await openMenu(stage, button, menu.items)
  await stage.page.keyboard.press('Escape')
  const shown = (await stage.look()).modelShown
  const chosen = again.filter((one) => one.chosen)
  const says = chosen.length > 0 ? chosen.map(nameOf).join(', ') : shown
  const isChosen =
    chosen.length > 0 ? chosen.some((one) => one.position === find(again)?.position) : lettersOf(shown).includes(lettersOf(nameOf(item)))
  if (!isChosen) throw unavailable(`the ${what} "${wanted}" was chosen and the page shows ${says}`)
  return { wanted, name: nameOf(item), id: item.id, shown }
}

/** The entries of the menu, which is opened unless it is open. */
const openMenu = async (stage: Stage, button: readonly string[], items: readonly string[]): Promise<MenuItem[]> => {
  if (button.length === 0 || items.length === 0) throw unavailable('the site pack knows no menu for it')
  const read = () => runInPage(stage.page, menuItems, { selectors: items })
  const isOpen = await read()
  if (isOpen.length > 0) return isOpen
  const opener = await locateShown(stage.page, button)
  if (!opener) throw unavailable('the page shows no menu for it')
  await opener.first().click({ timeout: menuMs })
  for (const end = Date.now() + menuMs; Date.now() < end; ) {
    const found = await read()
    if (found.length > 0) return found
    await stage.pause(50, 'no')
  }
  throw unavailable('the menu of the page does not open')
}

const slide = async (stage: Stage, slider: Locator, wanted: string): Promise<void> => {
  const number = async (name: string) => Number(await slider.getAttribute(`aria-value${name}`))
  const [low, high] = [await number('min'), await number('max')]
  const level = stage.pack.model.effortLevels.map(lettersOf).indexOf(lettersOf(wanted))
  const isThere = async () => {
    const text = (await slider.getAttribute('aria-valuetext')) ?? ''
    return text === '' ? level >= 0 && (await number('now')) === low + level : lettersOf(text) === lettersOf(wanted)
  }
  await slider.focus()
  await slider.press('Home')
  for (let step = low; step < high && !(await isThere()); step++) await slider.press('ArrowRight')
  await stage.pause(100, 'no')
  if (!(await isThere())) {
    const text = await slider.getAttribute('aria-valuetext')
    throw unavailable(`the effort "${wanted}" cannot be set: the slider stands at ${text ?? (await number('now'))}`)
  }
}
