import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const folder = new URL('../../client/', import.meta.url)

test('a browser can load the client: nothing of Node is imported before it is used, and nothing of it stands in the open', () => {
  const modules = readdirSync(folder).filter((name) => name.endsWith('.mjs'))
  assert.ok(modules.includes('client.mjs'))
  for (const name of modules) {
    const source = readFileSync(new URL(name, folder), 'utf8')
    assert.doesNotMatch(source, /from 'node:|import 'node:|\bBuffer\b|(?<!globalThis\.)\bprocess\.|\brequire\(/, name)
  }
})
