import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { learnerIdFor } from '../../domain/learner.ts'
import { quiet } from '../support/bus.ts'
import { given, task } from '../support/fault-scene.ts'
import { ask, startMainJob, told } from '../support/main-job.ts'
import { startNats } from '../support/nats.ts'
import { natsServerForTests } from '../support/tools.ts'

test('two replicas learn each lesson once, and one that starts without any views knows them all', async () => {
  await using setting = await given()
  await using nats = await startNats(natsServerForTests())
  const bus = await connectBus({ url: nats.url, name: 'test', log: quiet })
  await using _ = { [Symbol.asyncDispose]: () => bus.close() }
  const behaviour = setting.file('learner.json')
  const program = fileURLToPath(new URL('../support/agents/learning-agent.mjs', import.meta.url))
  const config = {
    agents: {
      alder: { preset: 'scripted' },
      birch: { preset: 'scripted' },
      learner: { read_command: [process.execPath, program, behaviour], output: 'text', roles: ['answer'] },
    },
    ...{ gate: { automatic: true }, dod: { check_base: false }, chum: { enabled: true, agent: 'learner' } },
  }
  const start = () => startMainJob(setting.options({ config, natsUrl: nats.url, env: { CORTEX_SEAL_KEY: 'k'.repeat(64) } }))
  const count = async (filter: string): Promise<number> => (await readAll(bus, 'EVENTS', [filter])).length
  writeFileSync(behaviour, JSON.stringify({ fresh: 'alpha beta gamma delta' }))
  let lesson = ''
  {
    await using one = await start()
    await using other = await start()
    const first = ask(one, task)
    await other.until('learner.ended', learnerIdFor(first, 0))
    const ids = (await other.facts(first)).flatMap((fact) =>
      fact.type === 'lesson.learned' ? [[fact.data.summary, fact.data.lesson]] : [],
    )
    lesson = Object.fromEntries(ids)['A greeting says goodbye.'] ?? ''
    assert.equal((await one.ended(first)).phase, 'completed')
    assert.deepEqual([await count(`lesson.learned.${first}`), await count(`learner.started.${learnerIdFor(first, 0)}`)], [2, 1])
  }
  writeFileSync(behaviour, JSON.stringify({ fresh: 'epsilon zeta eta theta', known: lesson }))
  await using anew = await start()
  const second = ask(anew, { ...task, title: 'Say goodbye in the greeting, once more' })
  await anew.until('learner.ended', learnerIdFor(second, 0))
  assert.equal((await anew.ended(second)).phase, 'completed')
  const facts = await anew.facts(second)
  const uses = facts.flatMap((fact) => (fact.type === 'lesson.applied' && fact.data.lessons.includes(lesson) ? [fact.data.use] : []))
  assert.deepEqual(uses, ['plan', 'code', 'review'], told(facts))
  const confirmed = facts.flatMap((fact) => (fact.type === 'lesson.confirmed' ? [fact.data] : []))
  assert.deepEqual(confirmed, [{ lesson, summary: 'Whoever greets takes leave.' }], 'the model said that it is the same in other words')
  assert.deepEqual([await count('lesson.learned.*'), await count('lesson.confirmed.*')], [3, 1])
})
