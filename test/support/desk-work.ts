import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Desk, files, openDesk, quick } from './command-line.ts'
import { customAgent, planJson } from './custom-agent.ts'
import { git } from './temporary.ts'

/** One line of TOML for each member; its values are texts, or lists of texts. */
const toml = (name: string, table: object): string =>
  `[agents.${name}]\n${Object.entries(table)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('')}`

/** A desk whose implementer only works when the file `go` is there, and says by `started` that it is at it. */
export const withSlowAgent = async () => {
  const desk = await openDesk(files)
  const go = path.join(desk.folder, 'go')
  const behaviour = path.join(desk.folder, 'slow.json')
  const slow = customAgent(behaviour, {
    plan: [{ say: planJson('replace hello') }],
    implement: [{ waitFor: go, write: { 'greeting.txt': 'goodbye\n' }, say: 'Done.' }],
  })
  const other = customAgent(path.join(desk.folder, 'other.json'), { review: [{ say: '{"approved":true,"findings":[]}' }] })
  // They look for files outside of their worktree.
  await desk.configure(`${quick}${toml('slow', slow.config)}${toml('other', other.config)}[sandbox]\nmode = "none"\n`)
  return { desk, started: () => existsSync(`${behaviour}.implement`), go: () => writeFile(go, '') }
}

/** Its branch holds the work in one commit. */
export const delivered = async (desk: Desk, id: string): Promise<void> => {
  assert.equal(await git(desk.repository, 'show', `cortex/${id}:greeting.txt`), 'goodbye')
  assert.equal(await git(desk.repository, 'rev-list', '--count', `main..cortex/${id}`), '1')
}

/** The id of the one task there is. */
export const onlyTask = async (desk: Desk): Promise<string> => {
  const { tasks } = (await desk.json(['list'])) as { tasks: { id: string }[] }
  assert.equal(tasks.length, 1)
  return tasks[0]!.id
}
