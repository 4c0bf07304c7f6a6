import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectFindings } from '../../../cli/doctor/projects.ts'
import { checkConfig } from '../../../infra/app/configuration.ts'

test('what is wrong with a project and what to do are told apart, whatever its folder is called', async () => {
  const config = checkConfig('test', { projects: { shop: { path: '/nowhere/Mr. Smith. Shop' } } }, { works: [] })
  const loaded = { config, file: null, dataDir: '/nowhere', configDir: '/', natsUrl: null }
  const [finding] = await projectFindings({ loaded, env: {} } as unknown as Parameters<typeof projectFindings>[0])
  assert.match(JSON.stringify(finding), /"the folder \/nowhere\/Mr\. Smith\. Shop does not exist"/)
  assert.match(JSON.stringify(finding), /"Correct its path in cortex\.toml\."/)
})
