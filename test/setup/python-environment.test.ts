import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folderOf, nameOfList } from './python-environment.mjs'

test('a changed list of packages is another folder, which is not there yet', () => {
  const wanted = { name: 'clients', version: '1.0', module: 'clients' }
  const folders = [[], ['openai==3'], ['openai==4'], ['openai==4', 'httpx==1']].map((also) => folderOf('/cache', { ...wanted, also }))
  assert.equal(new Set(folders).size, 4)
  assert.equal(folderOf('/cache', wanted), '/cache/clients-python-1.0')
  assert.notEqual(nameOfList(['openai@7.1']), nameOfList(['openai@7.2']))
})
