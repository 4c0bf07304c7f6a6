import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { cacheFolder } from '../../infra/setup/cache.mjs'
import { cachedSchemathesis } from '../setup/schemathesis.mjs'
import { chaosSeed } from '../support/chaos.ts'
import { fuzzVerdict } from '../support/fuzz.ts'
import { ask, startMainJob } from '../support/main-job.ts'
import { makeRepository, temporaryFolder } from '../support/temporary.ts'

/**
 * The document of the gateway's API is held against the running gateway by a public fuzzer: no 5xx, no status code, content
 * type or body that the document does not tell of, nothing taken that the document refuses. The same seed asks the same.
 */
const fuzzer = cachedSchemathesis(cacheFolder(process.env))
const skip = fuzzer === null ? 'schemathesis is not installed' : false
/** It ends sooner when it has tried 15 requests for every operation. */
const LIMIT_S = 60

const openSystem = async () => {
  await using started = new AsyncDisposableStack()
  const { path: folder } = started.use(await temporaryFolder())
  const repository = path.join(folder, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const job = started.use(await startMainJob({ repository }))
  const running = started.move()
  return { job, folder, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

/** What the rules of the door refuse (a project that is not configured) no schema can tell. */
const judgedByRules = ['POST /workflows/start', 'POST /tasks', 'POST /execute-tool']

const settings = (task: string): string =>
  [
    '[parameters]',
    `"path.id" = "${task}"`,
    // Its own choice could be the reader of the door, and nothing would be decided any more.
    '"path.name" = "write-code"',
    ...judgedByRules.flatMap((name) => ['[[operations]]', `include-name = "${name}"`, 'checks.positive_data_acceptance.enabled = false']),
  ].join('\n')

/** One run with so many requests at a time. */
const fuzz = async (program: string, url: string, cwd: string, workers: number): Promise<{ exit: number; report: string }> => {
  const argv = ['run', `${url}/openapi.json`, '--seed', String(chaosSeed), '--max-time', String(LIMIT_S), '--max-examples', '15']
  // Streams of events do not end by themselves, and a story may be waited for during 25 s.
  const bounds = ['--exclude-path-regex', '/(events|stream)$', '--request-timeout', '40', '--suppress-health-check', 'all']
  const quiet = ['--no-color', '--warnings', 'off', '--generation-database', 'none', '--workers', String(workers)]
  return new Promise((resolve) => {
    execFile(program, [...argv, ...bounds, ...quiet], { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ exit: error === null ? 0 : 1, report: `${stdout}\n${stderr}` }),
    )
  })
}

test('the gateway does what its OpenAPI document says, whatever is asked of it', { skip, timeout: 240_000 }, async (t) => {
  assert.ok(fuzzer)
  await using setting = await openSystem()
  const { job, folder } = setting
  const task = ask(job, { title: 'What is this?', project: undefined, workflow: 'answer' })
  await job.ended(task)
  await writeFile(path.join(folder, 'schemathesis.toml'), settings(task))
  // What breaks with two threads works with one.
  for (const workers of [2, 1]) {
    const { exit, report } = await fuzz(fuzzer, job.httpUrl, folder, workers)
    const verdict = fuzzVerdict(exit, report)
    if (verdict.kind === 'finding') assert.fail(report)
    if (verdict.kind === 'sound') return assert.ok(verdict.tested >= 18, report)
    t.diagnostic(`with ${workers} at a time ${verdict.reason}`)
    if (workers === 1) return t.skip(verdict.reason)
  }
})
