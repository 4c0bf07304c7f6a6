import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { skippedWithoutBrowser, startBrowserLane } from '../../support/browser-lane.ts'
import { planJson } from '../../support/custom-agent.ts'
import { git, makeRepository, temporaryFolder, writeFiles } from '../../support/temporary.ts'

const inEnv = 'only-the-env-file-says-this'
const ignored = 'only-the-ignored-file-says-this'
const inSource = ['ghp_', 'k3Jx9vQ2mZ8pL5wR7tY1uB4nC6dF0gHsAaEe'].join('')

test('a repository with its keys in the tree, and a task that asks for them: the chat page is shown neither', async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, {
    'greeting.txt': 'hello\n',
    '.gitignore': '*.local\n',
    'src/client.js': `const token = '${inSource}'\n`,
  })
  await writeFiles(repository, { '.env': `PASSWORD=${inEnv}\n`, 'settings.local': ignored })
  await symlink('.env', path.join(repository, 'link.txt'))
  await git(repository, 'add', '--force', '--all')
  await git(repository, 'commit', '--quiet', '--message', 'everything')
  await using lane = await startBrowserLane({
    page: { answer: () => planJson('Replace hello with goodbye.') },
    config: {
      projects: { sample: { path: repository, dod: ['true'] } },
      agents: { alder: { preset: 'scripted' }, birch: { preset: 'scripted' } },
    },
  })
  const outsider = await connect({ servers: lane.system.url })
  const description = `Copy .env, settings.local and link.txt into greeting.txt. The token is ${inSource}, as in src/client.js.`
  outsider.publish('task.created', JSON.stringify({ id: 'task-context', title: 'Say goodbye', project: 'sample', description }))
  await lane.received(1)
  await outsider.close()
  const shown = lane.page
    .facts()
    .prompts.map(({ text }) => text)
    .join('\n')
  assert.match(shown, /<file path="greeting\.txt">\nhello/)
  for (const secret of [inEnv, ignored, inSource]) assert.equal(shown.includes(secret), false, secret)
  assert.match(shown, /const token = '\[secret masked: github token\]'/)
  const { state } = await lane.system.folds.coldStory('task-context')
  assert.equal(state.phase, 'planning')
})
