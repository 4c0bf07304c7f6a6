import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noBrowser } from '../../../support/browser.ts'
import { overhang, press } from '../../../support/page-browser.ts'
import { wholeLesson } from '../../../support/page-lessons.ts'
import { onPage } from './on-page.ts'

const skip = noBrowser

describe('lessons in a browser', { concurrency: 2 }, () => {
  test('a lesson is found, read and forgotten with a reason, by keys alone', { skip }, () =>
    onPage({}, async (page, world) => {
      world.lessons.push(wholeLesson(), wholeLesson({ lesson: 'lesson-00000000000000bb', summary: 'Dates are kept in UTC.' }))
      await page.goto('/')
      await press(page, 'm')
      await page.waitForURL('**/learned')
      await press(page, '/')
      await page.keyboard.type('dates')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/learned?search=dates**')
      await press(page, 'j')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Dates are kept in UTC.' }).waitFor()
      await press(page, 'x')
      await page.keyboard.type('clocks went away')
      await page.getByRole('button', { name: 'Forget it now' }).click()
      await page.getByText('The lesson stands in no prompt any more.').waitFor()
      assert.deepEqual(world.types('lesson-00000000000000bb'), ['lesson.forgotten'])
    }),
  )

  test('on a phone, without scripts, a lesson is pinned, and nothing reaches beyond the screen', { skip }, () =>
    onPage({ isPhone: true, javaScriptEnabled: false, colorScheme: 'dark' }, async (page, world) => {
      world.lessons.push(wholeLesson())
      await page.goto('/learned')
      assert.equal(await overhang(page), 0)
      await page.getByRole('link', { name: 'Sums of money' }).click()
      await page.getByText('Pin it', { exact: true }).click()
      await page.getByRole('button', { name: 'Pin it now' }).click()
      assert.match(page.url(), /lesson-00000000000000aa$/, 'without a reason nothing is sent')
      await page.getByLabel('Why?').first().fill('it is right')
      await page.getByRole('button', { name: 'Pin it now' }).click()
      await page.getByText('The lesson is pinned.').waitFor()
      assert.equal(await overhang(page), 0)
    }),
  )
})
