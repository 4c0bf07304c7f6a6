import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lateLessons } from '../../../infra/app/late-lessons.ts'
import { knownLesson, noLessons } from '../../support/lessons.ts'

test('until the views are open nobody waits for lessons: they are not there', async () => {
  const late = lateLessons()
  await assert.rejects(late.lessons.near('shop', 'totals', 5), /the views are not open yet/)
  await assert.rejects(late.lessons.ids('shop'), /the views are not open yet/)
  late.open({ lessons: { ...noLessons, these: async () => [knownLesson()] } })
  assert.deepEqual(await late.lessons.these(['lesson-00000000000000aa']), [knownLesson()])
})
