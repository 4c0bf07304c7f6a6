import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { noBrowser } from '../support/browser.ts'
import { startMainJob } from '../support/main-job.ts'
import { press, visit } from '../support/page-browser.ts'
import { TASK_PATIENCE_MS } from '../support/patience.ts'
import { makeRepository, temporaryFolder } from '../support/temporary.ts'

test('a person creates a task on the page, approves its plan by keyboard and sees it live until it is done', {
  skip: noBrowser,
}, async () => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  await using job = await startMainJob({ repository, project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] } })
  await visit(job.httpUrl, {}, async (page) => {
    await page.goto('/new')
    await page.getByLabel('Title').fill('Say goodbye')
    await page.getByLabel('Description').fill('In `greeting.txt`, replace `hello` with `goodbye`.')
    await page.getByLabel('Title').press('Enter')
    await page.getByText('The task is created.').waitFor()
    const id = new URL(page.url()).pathname.split('/')[2] ?? ''
    await page.getByRole('button', { name: 'Approve' }).waitFor({ timeout: TASK_PATIENCE_MS })
    await press(page, 'a')
    await page.keyboard.press('Enter')
    await page.getByText('The plan is approved.').waitFor()
    const approval = await job.until('plan.approved', id)
    assert.equal(approval.data.channel, 'local')
    await page.locator('#now').getByText('Done', { exact: true }).waitFor({ timeout: TASK_PATIENCE_MS })
    await page.locator('#rounds').getByText('Definition of done').waitFor()
    await page
      .locator('#now')
      .getByText(/branch/)
      .waitFor()
    await press(page, 'd')
    await page.locator('.diff .added').first().waitFor()
    await press(page, 'l')
    await page.getByRole('region', { name: /^Log/ }).waitFor()
    await press(page, 's')
    await page.locator('#functions').getByText('write-code', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Pause notify' }).click()
    await page.getByText('The function is paused.').waitFor()
    await page.getByRole('button', { name: 'Resume notify' }).click()
    await page.getByText('The function goes on.').waitFor()
    await press(page, 'p')
    await page.locator('#outcomes canvas').waitFor()
    await page.getByText('1 task ended').waitFor()
    await press(page, 't')
    await page.locator(`#row-${id}`).getByText('Done', { exact: true }).waitFor()
  })
})
