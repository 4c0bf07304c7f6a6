import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../../../support/browser.ts'
import {
  atTheGate,
  completed,
  created,
  drafted,
  fact,
  finishing,
  opened,
  passed,
  planning,
  questioned,
  reviewing,
  round,
  routed,
  scanned,
  started,
  verified,
  written,
} from '../../../support/facts.ts'
import { blobOf } from '../../../support/memory-blobs.ts'
import { press } from '../../../support/page-browser.ts'
import { hostile } from '../../../support/page-world.ts'

import { onPage } from './on-page.ts'

const skip = noBrowser
const live = (page: Page) => page.locator('#pulse').filter({ hasText: 'Live' }).waitFor()
const idIn = (page: Page): string => new URL(page.url()).pathname.split('/')[2] ?? ''

describe('the page in a browser', { concurrency: 2 }, () => {
  test('a task is created, waits at the gate, is approved by keyboard alone, and is seen live until it is done', { skip }, () =>
    onPage({}, async (page, world) => {
      await page.goto('/')
      await press(page, 'n')
      await page.getByLabel('Title').fill('Round the total')
      await page.getByLabel('Description').fill('to whole cents')
      await page.getByLabel('Title').press('Enter')
      await page.getByText('The task is created.').waitFor()
      const id = idIn(page)
      await live(page)
      world.tell(id, routed(), started('plan'), drafted(), opened())
      await page.getByText('Needs approval').first().waitFor()
      await press(page, 'a')
      await page.keyboard.press('Enter')
      await page.getByText('The plan is approved.').waitFor()
      await live(page)
      world.tell(id, started('code'), round())
      await page.getByText(/claude writes code/).waitFor()
      world.write(id, '\x1b[31mreading <b>src/cart.js</b>\x1b[0m\n')
      await page.getByText('reading <b>src/cart.js</b>', { exact: true }).waitFor()
      world.tell(id, written(), passed(), scanned(), verified(), finishing(), completed())
      await page.locator('#now').getByText('Done', { exact: true }).waitFor()
      assert.equal(await page.locator('#live').count(), 0)
    }),
  )

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

  test('a plan that is replaced while a person reads it is not decided on', { skip }, () =>
    onPage({ expected: [409] }, async (page, world) => {
      world.tell('task-1', atTheGate())
      const other = drafted('A smaller plan.', 2)
      await page.goto('/task/task-1')
      await live(page)
      world.tell('task-1', questioned('smaller'), other, opened(other.data.planHash))
      await page.getByText('This plan was replaced by another one.').waitFor()
      assert.ok(await page.getByRole('button', { name: 'Approve' }).isDisabled())
      await page.getByText('Round the total to whole cents.').first().waitFor()
      await page.getByRole('link', { name: 'Show the new plan' }).click()
      await page.locator('#plan').getByText('A smaller plan.').waitFor()
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

  test('hostile texts are shown and never run', { skip }, () =>
    onPage({}, async (page, world) => {
      world.tell('task-1', created({ title: hostile, description: hostile, project: undefined }), routed({ planner: hostile }))
      const diff = blobOf(`diff --git a/x b/x\n@@ -1 +1 @@\n+${hostile}\n`)
      world.tell('task-2', reviewing(), written({ diff, log: blobOf(hostile), files: [hostile] }))
      for (const path of [
        '/',
        '/task/task-1',
        '/task/task-2',
        '/task/task-2/diff',
        '/task/task-2/logs',
        `/?search=${encodeURIComponent(hostile)}`,
      ]) {
        await page.goto(path)
        assert.equal(await page.locator('main img').count(), 0, path)
        assert.equal(await page.locator('main script').count(), 0, path)
      }
      await page.goto('/task/task-2')
      await live(page)
      world.write('task-2', `${hostile}\n`)
      await page.locator('#live-text').getByText(hostile).waitFor()
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
