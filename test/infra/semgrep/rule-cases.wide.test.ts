import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createRuleGate } from '../../../infra/semgrep/rule-gate.ts'
import { cacheFolder } from '../../../infra/setup/cache.mjs'
import { judgeCase, missOf, ruleCases } from '../../support/rule-cases.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { hasSemgrep } from '../../support/tools.ts'

const skip = hasSemgrep() ? false : 'semgrep is not installed'
const cases = await ruleCases()

describe('each labelled rule is judged as it is labelled', { skip, concurrency: 2 }, () => {
  for (const one of cases)
    test(`${one.name}: ${one.expect}`, async () => {
      await using folder = await temporaryFolder()
      const { semgrep: config } = ConfigSchema.parse({ projects: { demo: { path: '.' } } })
      const gate = createRuleGate({ config, cacheDir: cacheFolder(process.env), dataDir: folder.path, env: process.env })
      assert.equal(missOf(one, await judgeCase(gate, one)), undefined)
    })
})
