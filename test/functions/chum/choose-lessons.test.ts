import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseLessons } from '../../../functions/chum/choose-lessons.ts'
import { knownLesson } from '../../support/lessons.ts'
import { config } from '../../support/stubs.ts'

const matter = { project: 'shop', about: 'Fix the total', files: [], now: '2026-01-01T00:00:00.000Z' }
const away = {
  these: async () => [],
  met: async () => [],
  near: async () => Promise.reject(new Error('the views have stopped')),
  ids: async () => [],
}
const chosen = async (enabled: boolean, lessons: Parameters<typeof chooseLessons>[0]['lessons'], share = false) => {
  const warned: unknown[] = []
  const found = await chooseLessons({ config: config({ chum: { enabled, share } }), lessons }, matter, {
    warn: (...said: unknown[]) => void warned.push(said),
  })
  return { ...found, warned }
}

test('the lessons that are near go into a prompt, with their ids', async () => {
  const found = await chosen(true, { ...away, near: async () => [knownLesson()] })
  assert.deepEqual(found.ids, ['lesson-00000000000000aa'])
  assert.match(found.text, /Sums of money are kept in whole cents\./)
})

test('where learning is switched off nobody is asked', async () =>
  assert.deepEqual(await chosen(false, away), { text: '', ids: [], warned: [] }))

test('without the views a prompt goes without lessons, and the log says so', async () => {
  const found = await chosen(true, away)
  assert.deepEqual([found.text, found.ids], ['', []])
  assert.deepEqual(found.warned, [[{ error: 'the views have stopped' }, 'a prompt goes without lessons']])
})

for (const [share, asked, words] of [
  [false, 'shop', 'the project’s own lessons'],
  [true, undefined, 'those of all projects'],
] as const)
  test(`with share = ${share}, ${words} are looked through`, async () => {
    const projects: unknown[] = []
    const near = async (project: string | undefined) => {
      projects.push(project)
      return []
    }
    await chosen(true, { ...away, near }, share)
    assert.deepEqual(projects, [asked])
  })
