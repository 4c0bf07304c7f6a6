import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { startBus } from '../../support/bus.ts'
import { folderForViews, open, settled } from './views-setting.ts'

const idOf = (number: number): string => `lesson-${number.toString(16).padStart(16, '0')}`
const learned = (number: number, summary: string, more: object = {}) => ({
  lesson: idOf(number),
  project: 'shop',
  category: 'rule' as const,
  summary,
  detail: 'Because it drifts.',
  filePaths: ['src/cart.js'],
  labels: ['money'],
  evidence: [{ fact: 'event-1', kind: 'finding' as const, quote: 'it drifts' }],
  ...more,
})

test('lessons are found by their words, nearest first, in their own project, and again when the views were deleted', async () => {
  await using bus = await startBus(catalogue, {})
  await using folder = await folderForViews()
  await bus.emit('lesson.learned', 't1', learned(1, 'Totals are rounded to whole cents.'))
  await bus.emit('lesson.learned', 't1', learned(2, 'A cart has totals; totals of totals are totals.'))
  await bus.emit('lesson.learned', 't2', learned(3, 'Totals elsewhere.', { project: 'other' }))
  await bus.emit('lesson.confirmed', 't2', { lesson: idOf(1), summary: 'Totals, again.' })
  await bus.emit('lesson.applied', 't3', { lessons: [idOf(1), idOf(2)], use: 'plan' })
  await bus.emit('lesson.learned', 't4', learned(4, 'Totals that nobody needs.'))
  await bus.emit('lesson.forgotten', idOf(4), { by: 'ada', channel: 'cli', reason: '' })
  await bus.emit('lesson.pinned', idOf(2), { by: 'ada', channel: 'cli', reason: 'it is right' })
  await bus.emit('lesson.helped', 't3', { lesson: idOf(2) })
  const look = async () => {
    await using views = await open(bus, folder)
    await settled(bus, views)
    const near = await views.lessons.near('shop', 'totals " OR * NEAR(', 10)
    assert.deepEqual(await views.lessons.near('shop', '"', 10), [])
    const met = await views.lessons.met('shop', 'totals that nobody needs', 1)
    assert.deepEqual(
      met.map(({ lesson }) => lesson),
      [idOf(4)],
      'what is forgotten is known, and comes not back as new',
    )
    const all = await views.lessons.near(undefined, 'totals', 10)
    assert.deepEqual(all.map(({ lesson }) => lesson).toSorted(), [idOf(1), idOf(2), idOf(3)])
    assert.deepEqual(
      all
        .filter(({ trueAt, learnedAt }) => trueAt > learnedAt)
        .map(({ lesson }) => lesson)
        .toSorted(),
      [idOf(1), idOf(2)],
    )
    assert.deepEqual((await views.lessons.ids('other')).map(String), [idOf(3)])
    const states = (await views.lessons.search({ text: '', limit: 9 })).map(({ lesson, state }) => [lesson, state])
    assert.deepEqual(states, [
      [idOf(4), 'forgotten'],
      [idOf(3), 'known'],
      [idOf(2), 'pinned'],
      [idOf(1), 'known'],
    ])
    return near.map(({ lesson, task, filePaths, labels, confirmed, applied, pinned, helped }) => ({
      ...{ lesson, task, filePaths, labels, confirmed, applied, pinned, helped },
    }))
  }
  const first = await look()
  assert.deepEqual(first, [
    { lesson: idOf(2), task: 't1', filePaths: ['src/cart.js'], labels: ['money'], confirmed: 0, applied: 1, pinned: true, helped: 1 },
    { lesson: idOf(1), task: 't1', filePaths: ['src/cart.js'], labels: ['money'], confirmed: 1, applied: 1, pinned: false, helped: 0 },
  ])
  await rm(folder.dbPath)
  assert.deepEqual(await look(), first)
})

test('of a text of many words those count that stand in few lessons, however their letters are set', async () => {
  await using bus = await startBus(catalogue, {})
  await using folder = await folderForViews()
  for (let n = 1; n <= 30; n++)
    await bus.emit('lesson.learned', 't1', learned(n, `Common words of every lesson: alpha beta gamma number${n}.`))
  await bus.emit('lesson.learned', 't1', learned(31, 'Über snake_case: a café closes.'))
  await using views = await open(bus, folder)
  await settled(bus, views)
  const filler = Array.from({ length: 60 }, (_, index) => `alpha beta gamma unknown${index}`).join(' ')
  const near = await views.lessons.near('shop', `${filler} CAFE uber snake_case`, 1)
  assert.deepEqual(
    near.map(({ lesson }) => lesson),
    [idOf(31)],
  )
  assert.deepEqual(await views.lessons.near('shop', Array.from({ length: 60 }, (_, index) => `unknown${index}`).join(' '), 9), [])
})
