import assert from 'node:assert/strict'
import { test } from 'node:test'
import { surroundingsOfChecks } from '../../../infra/checks/surroundings.ts'

const given = (home: string, isConfined = true) => {
  const scratch = { folder: home, home, temporary: home }
  return surroundingsOfChecks({ env: {}, isConfined, project: undefined, worktree: '/w', scratch }).env
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
