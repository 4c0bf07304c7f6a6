import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import axe from 'axe-core'
import { noBrowser } from '../../../support/browser.ts'
import {
  approved,
  atTheGate,
  coding,
  completed,
  created,
  drafted,
  finishing,
  opened,
  passed,
  planning,
  reviewing,
  round,
  routed,
  scanned,
  started,
  verified,
  written,
} from '../../../support/facts.ts'
import { blobOf } from '../../../support/memory-blobs.ts'
import { overhang } from '../../../support/page-browser.ts'

import { wholeLesson } from '../../../support/page-lessons.ts'
import { letterWith, onPage } from './on-page.ts'

const skip = noBrowser

describe('every page', { concurrency: 2 }, () => {
  test('nothing reaches beyond the screen of a phone', { skip }, () =>
    onPage({ isPhone: true }, async (page, world) => {
      const long = `${'unbreakable'.repeat(30)} and more`
      world.tell('task-1', created({ title: long, description: long }), routed(), started(), drafted(), opened())
      world.tell(
        'task-2',
        coding(),
        round(),
        written({ diff: blobOf(`diff --git a/x b/x\n@@ -1 +1 @@\n+${long}\n`), log: blobOf(long), files: [`${long}.js`] }),
      )
      world.functions.push({ name: 'write-code', pending: 1, in_flight: 1, redelivered: 0, concurrency: 4, running: [], why: long })
      world.letters.push(letterWith(long, long))
      world.lessons.push(
        wholeLesson({
          summary: long,
          detail: long,
          file_paths: [long],
          labels: [long],
          evidence: [{ fact: 'f', kind: 'plan', quote: long }],
        }),
      )
      for (const path of [
        '/',
        '/new',
        '/task/task-1',
        '/task/task-2',
        '/task/task-2/diff',
        '/task/task-2/logs',
        '/system',
        '/system/dead/1',
        '/statistics',
        '/learned',
        '/lesson/lesson-00',
        '/login',
      ]) {
        await page.goto(path)
        assert.equal(await overhang(page), 0, path)
      }
    }),
  )

  for (const colorScheme of ['light', 'dark'] as const)
    test(`no page has a fault that a screen reader or a weak eye would stumble over, in ${colorScheme}`, { skip }, async () => {
      await onPage({ colorScheme, expected: [404] }, async (page, world) => {
        world.tell('task-1', atTheGate())
        world.tell('task-2', reviewing(), passed(), scanned(), verified(), finishing(), completed())
        world.tell('task-3', planning())
        world.tell('task-4', atTheGate(), approved())
        world.functions.push({
          name: 'write-code',
          pending: 1,
          in_flight: 1,
          redelivered: 0,
          concurrency: 4,
          running: [],
          why: 'works on 1',
        })
        world.letters.push(letterWith('s', 'no'))
        for (const state of ['known', 'pinned', 'retired', 'forgotten'] as const)
          world.lessons.push(wholeLesson({ lesson: `lesson-${state}`, state }))
        for (const path of [
          '/',
          '/new',
          '/task/task-1',
          '/task/task-2',
          '/task/task-2/diff',
          '/task/task-2/logs',
          '/system',
          '/system/dead/1',
          '/statistics',
          '/learned',
          '/lesson/lesson-known',
          '/lesson/lesson-forgotten',
          '/login',
          '/task/nobody',
        ]) {
          await page.goto(path)
          // Comes over the debugger, which the page's policy does not concern.
          await page.evaluate(axe.source)
          const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')
          const { violations } = found as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }
          assert.deepEqual(
            violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
            [],
          )
        }
      })
    })
})
