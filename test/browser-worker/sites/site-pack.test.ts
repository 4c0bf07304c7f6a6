import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadSitePack, parseSitePack, SitePackFault } from '../../../browser-worker/sites/site-pack.ts'
import { sitePackJsonSchema } from '../../../browser-worker/sites/site-pack-document.ts'

const smallest = {
  version: 1,
  name: 'plain',
  title: 'Plain',
  urls: { home: 'http://127.0.0.1:1/' },
  selectors: { composer: ['textarea'], userTurn: ['.user'], assistantTurn: ['.bot'], answerBody: ['.bot'] },
}

test('the pack of ChatGPT is sound', () => assert.equal(loadSitePack('chatgpt').name, 'chatgpt'))

test('a small pack is enough for a plain page', () => {
  const pack = parseSitePack(smallest, 'test')
  assert.deepEqual(pack.selectors.send, [])
  assert.equal(pack.limits.maxPromptCharacters, 50_000)
})

test('all faults of a pack are told at once, each with its place', () => {
  const wrong = { ...smallest, version: 2, colour: 'red', texts: { failed: ['('] }, selectors: { ...smallest.selectors, composer: [] } }
  assert.throws(
    () => parseSitePack(wrong, 'test'),
    (error: SitePackFault) => {
      const all = error.faults.join('\n')
      assert.ok(error instanceof SitePackFault)
      for (const place of [/version/, /unknown "colour"/, /texts\.failed\.0: is not a regular expression/, /selectors\.composer/])
        assert.match(all, place)
      return true
    },
  )
})

test('a pack that is not there, or no JSON, is a fault in words', () => {
  assert.throws(() => loadSitePack('no-such-page'), /cannot be read as JSON/)
})

test('the JSON schema beside the packs is the one of the code', () => {
  const file = new URL('../../../browser-worker/sites/site-pack.schema.json', import.meta.url)
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(sitePackJsonSchema()))
})
