import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gistOf } from '../../../browser-worker/page/in-page/ask-server.ts'

test('of what a server says only the names of its values leave the page, or the title of its document', () => {
  assert.deepEqual(gistOf('{"user": {"name": "Ada"}, "accessToken": "secret", "plan": null}'), {
    title: '',
    names: ['accessToken', 'user'],
  })
  assert.deepEqual(gistOf('<!doctype html><title lang="en"> Log in </title><p>secret</p>'), { title: 'Log in', names: [] })
  for (const empty of ['{}', 'null', '[]', '7']) assert.deepEqual(gistOf(empty), { title: '', names: [] }, empty)
  assert.deepEqual(gistOf('no name'), { title: '', names: [] })
})
