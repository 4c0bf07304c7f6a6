import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QUICK, skippedWithoutBrowser, until } from '../support/browser-lane.ts'
import { chaosSeed as seed } from '../support/chaos.ts'
import { startStruckSystem, staying, strikePart } from '../support/lane-chaos.ts'
import { answerTo, inWords, playLane, scenarioOf } from '../support/lane-mischief.ts'
import { leftFiles } from '../support/lane-processes.ts'
import { randomOf } from '../support/random.ts'

/** CHAOS_RUNS plays more of them. */
const runs = Number(process.env['CHAOS_RUNS'] ?? 4)

test('whatever is killed, frozen or restarted: each job ends, no prompt is sent twice, nothing is left over', {
  timeout: 60_000 + runs * 400_000,
}, async (t) => {
  if (skippedWithoutBrowser(t)) return
  for (let run = seed; run < seed + runs; run++) {
    const scenario = scenarioOf(randomOf(run))
    await t.test(`seed ${run}: ${inWords(scenario)}`, async () => {
      const { faults, told } = await playLane(scenario, `seed ${run}`)
      assert.deepEqual(faults, [], told.join('\n'))
    })
  }
})

test('a second worker of the profile takes no job while the first one lives, says why, and takes over when it is gone', {
  timeout: 120_000,
}, async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using system = await startStruckSystem({ answer: answerTo })
  system.page.setDefaultScript(QUICK)
  const answers = async (prompt: string): Promise<void> =>
    assert.deepEqual(await system.outcome(await system.submit(prompt)), { text: answerTo(prompt) })
  await answers('before the second')
  const second = system.command('worker')
  await second.line(/another browser worker has the profile/)
  for (const prompt of ['beside the second', 'and again']) await answers(prompt)
  system.page.queueScripts({ ...QUICK, thinking: { ms: 3000 } })
  const job = await system.submit('taken over')
  await until(
    () => system.page.facts().prompts.length === 4,
    () => 'the prompt did not reach the page',
  )
  // Its supervisor stands still, or it would be the first to start the next one.
  const main = await strikePart(system, 'main', 'SIGSTOP')
  await strikePart(system, 'worker', 'SIGKILL')
  await second.line(/The browser worker is up/)
  assert.ok(main !== undefined && process.kill(main, 'SIGCONT'))
  assert.deepEqual(await system.outcome(job), { text: answerTo('taken over') })
  assert.equal(system.page.facts().prompts.length, 4)
  const status = await system.command('status').ended
  assert.match(status.stdout, /browser +ready/)
  second.child.kill('SIGTERM')
  assert.equal((await second.ended).code, 0)
  await answers('after the second')
  assert.equal(await system.down(), 0)
  assert.deepEqual([...(await staying(system)), ...leftFiles(system.folder, system.profile)], [])
})
