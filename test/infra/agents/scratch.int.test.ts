import assert from 'node:assert/strict'
import { symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { openScratch } from '../../../infra/agents/scratch.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test("a last message that is a link to somebody's file is no message", async () => {
  await using folder = await temporaryFolder()
  const secret = path.join(folder.path, 'secret')
  await writeFile(secret, 'a key')
  await using scratch = await openScratch(folder.path, 'run', { schema: undefined, prompt: undefined })
  await symlink(secret, scratch.lastMessageFile)
  assert.equal(await scratch.lastMessage(), '')
})
