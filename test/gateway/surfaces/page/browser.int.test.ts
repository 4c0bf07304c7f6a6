import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../../../support/browser.ts'
import {
  atTheGate,
  completed,
  created,
  drafted,
  finishing,
  opened,
  passed,
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

  test('a plan that is replaced while a person reads it is not decided on', { skip }, () =>
    onPage({ expected: [409] }, async (page, world) => {
      world.tell('task-1', atTheGate())
      const other = drafted('A smaller plan.', 2)
      await page.goto('/task/task-1')
      await live(page)
      world.tell('task-1', questioned('smaller'), other, opened(other.data.planHash))
      await page.getByText('was replaced by another one.').waitFor()
      assert.ok(await page.getByRole('button', { name: 'Approve' }).isDisabled())
      await page.getByText('Round the total to whole cents.').first().waitFor()
      await page.getByRole('link', { name: 'Show the new plan' }).click()
      await page.locator('#plan').getByText('A smaller plan.').waitFor()
    }),
  )

  test('a plan that comes after a while of planning is not put under the hand that was to decide on the one before', { skip }, () =>
    onPage({}, async (page, world) => {
      world.tell('task-1', atTheGate())
      const other = drafted('A smaller plan.', 2)
      await page.goto('/task/task-1')
      await live(page)
      const approve = page.getByRole('button', { name: 'Approve' })
      await approve.waitFor()
      world.tell('task-1', questioned('smaller'))
      await approve.waitFor({ state: 'detached' })
      world.tell('task-1', other, opened(other.data.planHash))
      await page.getByText('was replaced by another one.').waitFor()
      assert.ok(await approve.isDisabled())
      await page.getByRole('link', { name: 'Show the new plan' }).click()
      await page.locator('.replaced:visible').waitFor({ state: 'detached' })
      assert.ok(await approve.isEnabled())
    }),
  )

  test(
    'what somebody has begun to type about a plan stays when others decide on it, cannot be sent, and is there when the new plan is',
    { skip },
    () =>
      onPage({}, async (page, world) => {
        world.tell('task-1', atTheGate())
        const other = drafted('A smaller plan.', 2)
        await page.goto('/task/task-1')
        await live(page)
        await page.getByText('Ask for changes').click()
        const wish = page.getByLabel('What should change?')
        await wish.fill('a long wish')
        world.tell('task-1', questioned('smaller'))
        await page.getByText('This plan waits for no decision any more').waitFor()
        const send = page.getByRole('button', { name: 'Send and plan again' })
        assert.deepEqual([await wish.inputValue(), await send.isDisabled()], ['a long wish', true])
        world.tell('task-1', other, opened(other.data.planHash))
        await page.getByText('was replaced by another one.').waitFor()
        assert.deepEqual([await wish.inputValue(), await send.isDisabled()], ['a long wish', true])
        await page.getByRole('link', { name: 'Show the new plan' }).click()
        await page.locator('#plan').getByText('A smaller plan.').waitFor()
        assert.ok(await page.getByRole('button', { name: 'Approve' }).isEnabled())
        assert.deepEqual([await wish.inputValue(), await send.isEnabled()], ['a long wish', true])
        const asked = Promise.withResolvers<unknown>()
        const { question } = world.operations
        world.operations.question = (input) => {
          asked.resolve([input.wish, input.planHash])
          return question(input)
        }
        await send.click()
        assert.deepEqual(await asked.promise, ['a long wish', other.data.planHash])
      }),
  )

  test('a wish that came back with a refused form stays when others decide on the plan', { skip }, () =>
    onPage({ expected: [400] }, async (page, world) => {
      world.tell('task-1', atTheGate())
      await page.goto('/task/task-1')
      await live(page)
      await page.getByText('Ask for changes').click()
      const wish = page.getByLabel('What should change?')
      await wish.fill('a long wish')
      await page.locator('form[action$="/question"] input[name=planHash]').evaluate((field) => field.setAttribute('value', 'of-another'))
      await page.getByRole('button', { name: 'Send and plan again' }).click()
      await page.getByRole('alert').waitFor()
      await live(page)
      world.tell('task-1', questioned('smaller'))
      await page.getByText('This plan waits for no decision any more').waitFor()
      assert.equal(await wish.inputValue(), 'a long wish')
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
})
