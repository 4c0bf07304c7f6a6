import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectHere } from '../../cli/commands/run.ts'
import { commands } from '../../cli/commands.ts'
import { faultOf } from '../../cli/fault.ts'
import { checkUsage, type Parsed } from '../../cli/usage.ts'
import { Categories, DefinitionFormats } from '../../domain/choices.ts'
import { ConfigSchema } from '../../infra/config/config-schema.ts'

const spec = (name: string) => {
  const found = commands.find((command) => command.name === name)
  assert.ok(found, name)
  return found
}
const faults = (name: string, words: string[], options: Parsed['options'] = {}): string[] => {
  const checked = checkUsage(spec(name), { words, options })
  return 'faults' in checked ? checked.faults : []
}

test('all faults of a command line are told at once', () => {
  assert.deepEqual(faults('reject', ['bad id', '--what'], { hash: 'xyz', data: true }), [
    'there is no option --what',
    '<id> is "bad id", but must be the id of a task',
    '--reason is missing: say why',
    '--hash is "xyz", but must have 64 hexadecimal digits; "cortex plan" shows it',
    '--data needs a value: --data <dir>',
  ])
})

test('missing words and words too many are faults', () => {
  assert.deepEqual(faults('plan', []), ['<id> is missing'])
  assert.deepEqual(faults('status', []), [])
  assert.deepEqual(faults('run', ['fix', 'it']), ['"it" is one word too many; put a text with spaces in quotes'])
})

test('values are held against what is allowed', () => {
  assert.equal(faults('run', ['x'], { priority: '2', category: 'cooking' }).length, 2)
  assert.equal(faults('prioritise', ['task-a', '4']).length, 1)
  for (const said of ['3', 'high', 'High']) {
    assert.deepEqual(faults('run', ['x'], { priority: said }), [])
    assert.deepEqual(faults('prioritise', ['task-a', said]), [])
  }
  assert.match(faults('prioritise', ['task-a', 'urgent']).join(), /3 high, 5 medium/)
  assert.equal(faults('dead', ['bury', 'x']).length, 2)
  assert.deepEqual(faults('dead', ['redrive', '12']), [])
})

test('the words that help and options name are those of the operations', () => {
  const summary = (command: string, name: string) => spec(command).options.find((option) => option.name === name)?.summary
  assert.equal(summary('run', 'category'), Categories.join(', '))
  assert.equal(summary('tools', 'format'), `${DefinitionFormats.join(', ')}; default ${DefinitionFormats[0]}`)
})

test('each fault says what was given and what it must be', () => {
  assert.deepEqual(faults('token', ['make', 'a b'], { scopes: 'read,all' }), [
    '<action> is "make", but must be one of list, create, revoke',
    '<name> is "a b", but must have letters, digits, "_", ".", "@" and "-" only',
    '--scopes is "read,all", but must be some of create, approve, operate, read, with commas between',
  ])
  assert.deepEqual(faults('up', [], { port: '70000' }), ['--port is "70000", but must be a whole number from 0 to 65535'])
  assert.deepEqual(faults('run', [' ']), ['<title> is " ", but must not be empty'])
  assert.match(faults('demo', [], { agents: 'claude' }).join(), /two different names/)
})

test('a declaration is read as its help shows it', () => {
  assert.deepEqual(
    spec('dead').words.map(({ name, required }) => [name, required]),
    [
      ['action', false],
      ['n', false],
    ],
  )
  for (const { name, words, options } of commands) for (const one of [...words, ...options]) assert.match(one.name, /^[a-z][a-z-]*$/, name)
})

test('what is given is handed on', () => {
  const checked = checkUsage(spec('run'), { words: ['title'], options: { yes: true, project: 'api' } })
  assert.ok('given' in checked)
  assert.deepEqual(
    [checked.given.words, checked.given.value('project'), checked.given.isSet('yes'), checked.given.isSet('follow')],
    [['title'], 'api', true, false],
  )
})

test('every command takes --json and its words are declared before its options', () => {
  for (const { name, options } of commands)
    assert.ok(
      options.some((option) => option.name === 'json'),
      name,
    )
})

test('the project is the one we stand in, else the only one; otherwise it must be named', () => {
  const config = ConfigSchema.parse({ projects: { api: { path: '/code/api' }, web: { path: '/code/web' } } })
  assert.equal(projectHere({ config }, '/code/api/src'), 'api')
  assert.throws(() => projectHere({ config }, '/elsewhere'), /--project is missing: there are api, web/)
  assert.equal(projectHere({ config: ConfigSchema.parse({ projects: { api: { path: '/code/api' } } }) }, '/elsewhere'), 'api')
  assert.equal(projectHere({ config: ConfigSchema.parse({}) }, '/elsewhere'), undefined)
})

test('a failure has its exit code by what it is', () => {
  const named = (name: string) => faultOf(Object.assign(new Error('x'), { name })).exit
  assert.deepEqual(
    ['ConfigFault', 'DataInUse', 'StoreInUse', 'BusUnavailable', 'NatsServerMissing', 'TypeError'].map(named),
    [2, 2, 2, 3, 3, 1],
  )
})
