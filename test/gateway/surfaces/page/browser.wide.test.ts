import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../../../support/browser.ts'
import { atTheGate, created, drafted, fact, opened, planning, questioned } from '../../../support/facts.ts'
import { press } from '../../../support/page-browser.ts'

import { onPage } from './on-page.ts'

const skip = noBrowser
const live = (page: Page) => page.locator('#pulse').filter({ hasText: 'Live' }).waitFor()

describe('more of the page in a browser', { concurrency: 2 }, () => {
  test('a list follows what happens without being asked', { skip }, () =>
    onPage({}, async (page, world) => {
      await page.goto('/')
      await live(page)
      world.tell('task-new', created({ title: 'Came by itself' }))
      await page.getByText('Came by itself').waitFor()
      world.tell('task-new', fact('task.cancelled', { by: 'ada', channel: 'cli', reason: 'went by itself' }))
      await page.getByText('went by itself').waitFor()
    }),
  )

  test('a page whose server owes an answer says that it is not live, and comes back by itself', { skip }, () =>
    onPage({}, async (page, world) => {
      await page.goto('/')
      await live(page)
      // As with a bus that stands still: the line of events is open, and nothing is answered.
      const held = Promise.withResolvers<void>()
      await page.route('**/', async (route) => {
        await held.promise
        await route.continue()
      })
      world.tell('task-1', created({ title: 'Round the total' }))
      await page.locator('#pulse').filter({ hasText: 'Reconnecting' }).waitFor()
      held.resolve()
      await live(page)
      await page.getByText('Round the total').waitFor()
    }),
  )

  test('without scripts everything is read and decided, and a plan that changed meanwhile is refused in words', { skip }, () =>
    onPage({ javaScriptEnabled: false, expected: [409] }, async (page, world) => {
      world.tell('task-1', atTheGate())
      const other = drafted('A smaller plan.', 2)
      await page.goto('/task/task-1')
      world.tell('task-1', questioned('smaller'), other, opened(other.data.planHash))
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByRole('alert').getByText('The plan has changed since you saw it').waitFor()
      await page.locator('#plan').getByText('A smaller plan.').waitFor()
      await page.getByText('Ask for changes').click()
      await page.getByLabel('What should change?').fill('even smaller')
      await page.getByRole('button', { name: 'Send and plan again' }).click()
      await page.getByText('Your wishes are sent').waitFor()
      assert.equal(world.types('task-1').at(-1), 'plan.questioned')
      await page.goto('/statistics')
      await page.getByText('Figures').first().click()
      await page.getByRole('cell', { name: '3', exact: true }).first().waitFor()
    }),
  )

  test('what a person has begun to write stays while the page follows what happens', { skip }, () =>
    onPage({}, async (page, world) => {
      world.tell('task-1', atTheGate())
      await page.goto('/task/task-1')
      await live(page)
      await page.getByText('Ask for changes').click()
      await page.keyboard.type('no keys: please keep ')
      world.tell('task-1', fact('task.reprioritised', { by: 'ada', channel: 'cli', priority: 1 }))
      await page.locator('#about').getByText('Critical').waitFor()
      await page.keyboard.type('this')
      assert.equal(await page.getByLabel('What should change?').inputValue(), 'no keys: please keep this')
    }),
  )

  test('every key that leads somewhere is told at the press of ?', { skip }, () =>
    onPage({}, async (page, world) => {
      world.tell('task-1', atTheGate())
      world.tell('task-2', planning())
      await page.goto('/task/task-1')
      await press(page, '?')
      const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
      for (const words of ['New task', 'Go to Approve', 'Ask for changes', 'Reject the plan', 'Changes', 'Logs'])
        await help.getByText(words, { exact: true }).waitFor()
      await page.keyboard.press('Escape')
      await press(page, 't')
      await page.waitForURL('**/')
      await press(page, '/')
      await page.keyboard.type('task-2')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/?search=task-2**')
      await press(page, 'j')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/task/task-2')
      await press(page, 's')
      await page.waitForURL('**/system')
    }),
  )

  test('figures are drawn as plots', { skip }, () =>
    onPage({}, async (page) => {
      await page.goto('/statistics')
      await page.locator('#outcomes canvas').waitFor()
      assert.equal(await page.locator('canvas').count(), 3)
    }),
  )
})
