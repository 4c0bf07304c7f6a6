import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { environmentOfChecks, environmentOfSetup } from '../../../infra/checks/command-environment.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const given = (home: string, isConfined = true) => {
  const scratch = { folder: home, home, temporary: home }
  return environmentOfChecks({ env: {}, isConfined, project: undefined, worktree: '/w', scratch }).env
}

test('go runs every test, and says so, also those whose result it remembers', () => {
  assert.equal(given('/run/home')['GOFLAGS'], '-v -count=1')
})

test("Java's builders keep what they fetched in the home of the run, where a person's own is not seen", () => {
  const { MAVEN_OPTS, GRADLE_USER_HOME } = given('/run/home')
  assert.deepEqual([MAVEN_OPTS, GRADLE_USER_HOME], ['-Duser.home=/run/home', '/run/home/.gradle'])
  assert.equal(given('/my data/home')['MAVEN_OPTS'], undefined)
  assert.equal(given('/run/home', false)['MAVEN_OPTS'], undefined)
})

test('checks that fetch by themselves find the way, where no setup does', async () => {
  await using folder = await temporaryFolder()
  const scratch = { folder: folder.path, home: folder.path, temporary: folder.path }
  const given = { env: {}, isConfined: true, project: undefined, worktree: '/w', scratch }
  const { confinement } = await environmentOfSetup(given, [], ['mvn -B test'])
  assert.match(await readFile(path.join(folder.path, '.m2/settings.xml'), 'utf8'), /<proxy>/)
  assert.deepEqual(confinement.hosts, [])
})
