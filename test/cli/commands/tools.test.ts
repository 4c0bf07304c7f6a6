import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Given } from '../../../cli/command.ts'
import tellTools from '../../../cli/commands/tools.ts'
import type { Terminal } from '../../../cli/terminal.ts'
import { definitionsOf } from '../../../gateway/surfaces/tools/definitions.ts'
import { tools } from '../../../gateway/surfaces/tools/tools.ts'

test('the definitions are printed in the format asked for, to be pasted as they are', async () => {
  const printed: [object, string][] = []
  const terminal = { result: (object: object, text: string) => printed.push([object, text]) } as unknown as Terminal
  const given = (format?: string, deciding = false): Given => ({ words: [], value: () => format, isSet: () => deciding })
  assert.equal(await tellTools(given(), terminal), 0)
  assert.equal(await tellTools(given('openai', true), terminal), 0)
  const [first, second] = printed
  const harmless = definitionsOf(
    tools.filter(({ name }) => !/^cortex_(approve|reject|question)_plan$/.test(name)),
    'anthropic',
  )
  assert.deepEqual([first?.[0], JSON.parse(first?.[1] ?? '')], [harmless, harmless])
  assert.deepEqual(second?.[0], definitionsOf(tools, 'openai'))
})
