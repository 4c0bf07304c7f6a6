import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BrowserContext, Cookie } from 'playwright-core'
import { cookieMemory } from '../../../browser-worker/browser/cookie-memory.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const home = 'https://chat.test/app/'
const cookie = (name: string, value: string, more: Partial<Cookie> = {}): Cookie => ({
  ...{ name, value, domain: 'chat.test', path: '/', expires: -1, httpOnly: true, secure: true, sameSite: 'Lax' },
  ...more,
})

/** A browser with these cookies; what it is given is in `given`. */
const browserWith = (cookies: Cookie[]) => {
  const given: string[] = []
  const context = {
    browser: () => ({ isConnected: () => true }),
    cookies: async () => cookies,
    addCookies: async (added: Cookie[]) => void given.push(...added.map(({ name }) => name)),
  }
  // Nothing else of a browser is asked for.
  return { given, context: context as unknown as BrowserContext }
}

test('only cookies that end with the browser are kept on disk, for the owner alone, and the next process gives them back', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'kept.json')
  const memory = cookieMemory({ file, home })
  await memory.learn(browserWith([cookie('session', 'a'), cookie('year', 'b', { expires: 2e9 })]).context)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.doesNotMatch(readFileSync(file, 'utf8'), /year/)
  const next = browserWith([])
  await cookieMemory({ file, home }).recall(next.context)
  assert.deepEqual(next.given, ['session'])
  await memory.recall(next.context)
  assert.deepEqual(next.given, ['session', 'session', 'year'])
})

test('a file that holds no cookies is none', async () => {
  await using folder = await temporaryFolder()
  await writeFiles(folder.path, { broken: '{"name":', other: '[{"name":7}]' })
  for (const name of ['broken', 'other', 'missing']) {
    const { given, context } = browserWith([])
    await cookieMemory({ file: join(folder.path, name), home }).recall(context)
    assert.deepEqual(given, [])
  }
})

test('what came or changed at home since the mark is fresh; cookies of other hosts never are', async () => {
  await using folder = await temporaryFolder()
  const memory = cookieMemory({ file: join(folder.path, 'kept.json'), home })
  await memory.learn(browserWith([cookie('same', '1'), cookie('other', '1')]).context)
  memory.mark()
  const later = [
    cookie('same', '1'),
    cookie('other', '2'),
    cookie('new', '1', { domain: '.test' }),
    cookie('ad', '1', { domain: 'ad.example' }),
  ]
  await memory.learn(browserWith(later).context)
  assert.deepEqual(memory.fresh(), ['other /', 'new /'])
})
