import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, utimes } from 'node:fs/promises'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeLeftovers, trialPrefix } from '../../../infra/sandbox/leftovers.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const listening = async (socket: string) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())) }
}

/** As a process that is killed leaves one. */
const deaf = (socket: string): void => {
  const script = 'require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))'
  assert.equal(spawnSync(process.execPath, ['-e', script, socket]).signal, 'SIGKILL')
}

test('what killed processes left of a sandbox goes; what is in use, of another machine or of somebody else stays', async () => {
  await using folder = await temporaryFolder()
  const at = (name: string): string => join(folder.path, name)
  const ended = spawnSync(process.execPath, ['-e', '']).pid
  const goes = ['srt-mux-4711-0.sock', 'claude-http-0123456789abcdef.sock', `${trialPrefix(hostname(), ended)}abcdef`]
  const stays = [
    'srt-mux-4712-0.sock',
    'another.sock',
    `${trialPrefix(hostname(), process.pid)}abcdef`,
    `${trialPrefix('another-machine', ended)}abcdef`,
    `${trialPrefix(hostname(), ended)}notes.txt`,
  ]
  for (const name of [...goes.slice(0, 2), 'another.sock']) deaf(at(name))
  const [ofKeys, ofKeysInUse] = ['cortex-keys-ended', 'cortex-keys-in-use']
  const [unbound, beginning, notOurs] = ['cortex-keys-unbound', 'cortex-keys-beginning', 'cortex-keys-with-something']
  for (const name of [ofKeys, ofKeysInUse, unbound, beginning]) await mkdir(at(name))
  await writeFiles(folder.path, { [join(notOurs, 'notes.txt')]: 'mine' })
  const before = new Date(Date.now() - 61_000)
  for (const name of [unbound, notOurs]) await utimes(at(name), before, before)
  deaf(at(join(ofKeys, 'socket')))
  await using _live = await listening(at('srt-mux-4712-0.sock'))
  await using _keys = await listening(at(join(ofKeysInUse, 'socket')))
  for (const name of [goes[2]!, ...stays.slice(2, 4)]) await mkdir(at(join(name, 'in')), { recursive: true })
  await writeFiles(folder.path, { [stays[4]!]: 'mine' })
  await removeLeftovers(folder.path)
  assert.deepEqual((await readdir(folder.path)).sort(), [...stays, ofKeysInUse, beginning, notOurs].sort())
})
