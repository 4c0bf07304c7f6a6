import { servedGateway } from './support/gateway.ts'
import { pageWorld } from './support/page-world.ts'
import { blobOf } from './support/memory-blobs.ts'
import * as f from './support/facts.ts'
const now = Date.now()
const iso = (msAgo: number) => new Date(now - msAgo).toISOString()
const days = Array.from({ length: 30 }, (_, i) => iso((29 - i) * 86400000).slice(0, 10))
const statistics = {
  outcomes: days.flatMap((day, i) => [{ day, outcome: 'completed', tasks: (i * 7) % 9 }, { day, outcome: 'escalated', tasks: i % 5 === 0 ? 2 : 0 }, { day, outcome: 'failed', tasks: i % 4 === 0 ? 1 : 0 }, { day, outcome: 'cancelled', tasks: i % 7 === 0 ? 1 : 0 }]),
  stages: [['planning', 70_000, 240_000], ['gate', 600_000, 3_600_000], ['coding', 300_000, 900_000], ['reviewing', 60_000, 200_000], ['scanning', 8000, 20_000], ['verifying', 45_000, 100_000]].map(([stage, medianMs, slowMs]) => ({ stage: String(stage), stays: 20, medianMs: Number(medianMs), slowMs: Number(slowMs) })),
  costs: days.map((day, i) => ({ day, usd: ((i * 13) % 11) / 3, tokens: 12000 * i, calls: i })),
}
const world = pageWorld({ statistics })
const spread = (id: string, startAgo: number, step: number, ...facts: f.Facts) => {
  const flat = facts.flat(10) as f.Given[]
  flat.forEach((one, i) => world.tell(id, { ...one, time: iso(Math.max(0, startAgo - i * step)) }))
}
const plan = { summary: 'Round every total to whole cents and add a test that sums of fractions cannot drift.', steps: [{ description: 'Round the sum in total()', file: 'src/cart.js', rationale: 'Sums of binary fractions drift: 0.1 + 0.2 is not 0.3.' }, { description: 'Add a test with ten items of 0.10', file: 'test/cart.test.js', rationale: 'The bug must not come back.' }], files_to_modify: ['src/cart.js', 'test/cart.test.js'], acceptance_criteria: ['total() gives whole cents for any basket', 'npm test passes'], estimated_complexity: 'low', risk_assessment: 'Prices with more than two decimals would be rounded late.' }
const planRef = blobOf(JSON.stringify(plan, null, 2), 'application/json')
const drafted = f.fact('plan.drafted', { plan: planRef, planHash: planRef.sha256, revision: 1, summary: plan.summary, steps: 2, criteria: 2 })
const diff = `diff --git a/src/cart.js b/src/cart.js
index 111..222 100644
--- a/src/cart.js
+++ b/src/cart.js
@@ -1,6 +1,7 @@
 export const total = (items) => {
-  return items.reduce((sum, item) => sum + item.price, 0)
+  const sum = items.reduce((all, item) => all + item.price * item.count, 0)
+  return Math.round(sum * 100) / 100
 }
diff --git a/test/cart.test.js b/test/cart.test.js
new file mode 100644
--- /dev/null
+++ b/test/cart.test.js
@@ -0,0 +1,3 @@
+test('ten items of ten cents are one', () => {
+  assert.equal(total(Array(10).fill({ price: 0.1, count: 1 })), 1)
+})
`
const check = (command: string, exitCode: number, out: string) => ({ command, exitCode, output: blobOf(out), durationMs: 8200 })
const usage = { inputTokens: 48_211, outputTokens: 6_120, cacheReadTokens: 31_000, cacheWriteTokens: 0, costUsd: 0.41 }
spread('task-chat-1763712000000-gate00001', 900_000, 30_000, f.created({ title: 'Round the cart total to whole cents', description: 'Customers see 12.340000001 in the basket.\n\nMake total() give whole cents.', priority: 3 }), f.routed(), f.started('plan'), f.requested(), f.answered('plan', 'x'), drafted, f.fact('gate.opened', { planHash: planRef.sha256, expiresAt: new Date(now + 8e7).toISOString() }))
const done = (id: string) => spread(id, 7_200_000, 45_000, f.created({ title: 'Add rate limiting to the API', description: 'Ten requests a second per key.' }), f.routed(), f.started('plan'), f.requested(), f.answered('plan', 'x'), drafted, f.opened(planRef.sha256), f.approved(planRef.sha256), f.started('code'), f.round(), f.written({ usage, diff: blobOf(diff), log: blobOf('\u001b[32mall fine\u001b[0m\nsecond line\n') }), f.rejected('it rounds down'), f.round({ handoff: 1, implementer: 'codex', reviewer: 'claude' }, [f.found('it rounds down')]), f.written({ usage, diff: blobOf(diff), files: ['src/cart.js', 'test/cart.test.js'] }), f.passed({ handoff: 1, implementer: 'codex', reviewer: 'claude' }), f.scanned(), f.fact('dod.passed', { attempt: f.attempt(), checks: [check('npm test', 0, 'ok 1\n'.repeat(300)), check('npm run lint', 0, 'clean\n')] }), f.fact('task.completed', { outcome: { branch: 'cortex/task-done', sha: f.HEAD, files: ['src/cart.js', 'test/cart.test.js'], usage, durations: {}, handoffs: 1, attempts: 1 } }))
done('task-chat-1763711000000-done00001')
spread('task-chat-1763711500000-code00001', 1_200_000, 60_000, f.created({ title: 'Fix the failing build of the search service', priority: 1 }), f.routed(), f.started('plan'), f.requested(), drafted, f.opened(planRef.sha256), f.approved(planRef.sha256), f.started('code'), f.round(), f.fact('code.started', { attempt: f.attempt(), agent: 'claude' }))
spread('task-chat-1763711600000-queue0001', 600_000, 60_000, f.created({ title: 'Compare these two designs for the importer', priority: 7, project: undefined }), f.routed())
spread('task-chat-1763711700000-block0001', 500_000, 60_000, f.created({ title: 'Roll the importer out', dependsOn: ['task-chat-1763711600000-queue0001'] }), f.blocked('task-chat-1763711600000-queue0001'))
spread('task-chat-1763711800000-esc000001', 86_400_000, 60_000, f.created({ title: 'Upgrade the database driver' }), f.routed(), f.started('plan'), drafted, f.opened(planRef.sha256), f.approved(planRef.sha256), f.started('code'), f.round(), f.written(), f.passed(), f.scanned(), f.fact('dod.failed', { attempt: f.attempt(), class: 'test_failure', checks: [check('npm test', 1, 'not ok 3')], findings: [f.found('two tests of the pool fail', { from: 'dod', file: 'src/pool.js', line: 44, suggestion: 'close the pool in the test' })], reason: 'npm test ended with 1' }), f.escalated('the same finding came three times: two tests of the pool fail'))
spread('task-hostile', 300_000, 1000, f.created({ title: '<img src=x onerror=alert(1)><script>alert(2)</script>', description: '"><script>document.title="owned"</script>' }))
for (let i = 0; i < 60; i++) spread(`task-old-${i}`, 200_000_000 + i * 1e6, 1000, f.created({ title: `An older task number ${i}` }), f.routed(), f.fact('task.cancelled', { by: 'ada', channel: 'cli', reason: 'not wanted any more' }))
world.functions.push(...['admit', 'dispatch-tasks', 'draft-plan', 'route-reasoning', 'ask-cli', 'write-code', 'judge-review', 'verify-dod', 'notify'].map((name, i) => ({ name, pending: i === 5 ? 3 : 0, in_flight: i === 5 ? 2 : 0, redelivered: i === 5 ? 1 : 0, concurrency: 4, running: [], why: i === 5 ? 'works on 2, 1 of them not for the first time' : 'waits for work', ...(i === 5 ? { oldest_at: iso(64_000) } : {}), ...(i === 8 ? { paused_until: new Date(now + 3.6e6).toISOString(), why: 'paused by ada over gateway: the mail server is down' } : {}) })))
world.letters.push({ number: 12, function: 'notify', id: 'task-chat-1763711800000-esc000001', subject: 'task.escalated.x', at: iso(4e6), reason: 'the webhook answered 500: <b>bad gateway</b>', attempts: 5, needsHuman: true, redrives: 1 })
const gateway = await servedGateway({ surfaces: world.surfaces, operations: world.operations, config: { projects: { shop: { path: '.' } } } })
console.log(gateway.url)
setInterval(() => { for (const l of gateway.logged.splice(0)) console.log(JSON.stringify(l).slice(0,900)) }, 500)
setInterval(() => world.write('task-chat-1763711500000-code00001', `\u001b[33mreading src/file-${Math.floor(Math.random() * 100)}.js\u001b[0m\n`), 700)
