import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveAgent } from '../../../infra/agents/presets.ts'
import { fillCommand } from '../../../infra/agents/resolved-agent.ts'

test('what an operator allows claude stands behind what the preset allows, for writing code alone', () => {
  const agent = resolveAgent('claude', { preset: 'claude', reads: [], allow: ['Bash(npm install:*)'] })
  const filled = (command: readonly string[]) => fillCommand(command, { allow: ',Bash(npm install:*)' }).join(' ')
  assert.deepEqual(agent.allow, ['Bash(npm install:*)'])
  assert.match(filled(agent.command), /--allowedTools Bash\(git status:\*\),.*,Bash\(make:\*\),Bash\(npm install:\*\) --max-turns/)
  assert.equal(filled(agent.readCommand).includes('npm install'), false)
})
