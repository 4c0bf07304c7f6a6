import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { cacheFolder } from '../../infra/setup/cache.mjs'
import { cachedSchemathesis } from '../setup/schemathesis.mjs'
import { chaosSeed } from '../support/chaos.ts'
import { fakeJobs } from '../support/fake-jobs.ts'
import { fuzzVerdict } from '../support/fuzz.ts'
import { ask, startMainJob } from '../support/main-job.ts'
import { hello, servedProxy } from '../support/proxy.ts'
import { makeRepository, temporaryFolder } from '../support/temporary.ts'

/**
 * The documents of the two ports are held against what runs there by a public fuzzer: no 5xx, no status code, content
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
/** Nor what is an image, a schema or a model there is. */
const judgedByReaders = ['/v1/chat/completions', '/v1/responses', '/api/chat', '/api/generate', '/api/show', '/async/submit'].map(
  (route) => `POST ${route}`,
)

const settings = (id: string, judged: readonly string[]): string =>
  [
    '[parameters]',
    `"path.id" = "${id}"`,
    // Its own choice could be the reader of the door, and nothing would be decided any more.
    '"path.name" = "write-code"',
    ...judged.flatMap((name) => ['[[operations]]', `include-name = "${name}"`, 'checks.positive_data_acceptance.enabled = false']),
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

/** What breaks with two threads works with one. */
const holds = async (t: TestContext, url: string, folder: string, least: number): Promise<void> => {
  assert.ok(fuzzer)
  for (const workers of [2, 1]) {
    const { exit, report } = await fuzz(fuzzer, url, folder, workers)
    const verdict = fuzzVerdict(exit, report)
    if (verdict.kind === 'finding') assert.fail(report)
    if (verdict.kind === 'sound') return assert.ok(verdict.tested >= least, report)
    t.diagnostic(`with ${workers} at a time ${verdict.reason}`)
    if (workers === 1) return t.skip(verdict.reason)
  }
}

test('the gateway does what its OpenAPI document says, whatever is asked of it', { skip, timeout: 240_000 }, async (t) => {
  await using setting = await openSystem()
  const { job, folder } = setting
  const task = ask(job, { title: 'What is this?', project: undefined, workflow: 'answer' })
  await job.ended(task)
  await writeFile(path.join(folder, 'schemathesis.toml'), settings(task, judgedByRules))
  await holds(t, job.httpUrl, folder, 18)
})

test('the model proxy does what its document says, whatever is asked of it', { skip, timeout: 240_000 }, async (t) => {
  await using folder = await temporaryFolder()
  await using proxy = await servedProxy({ jobs: fakeJobs({ limit: 10_000, answer: () => 'Hello.' }) })
  await proxy.ask('/async/submit', { payload: hello })
  await writeFile(path.join(folder.path, 'schemathesis.toml'), settings('job-1', judgedByReaders))
  await holds(t, proxy.url, folder.path, 18)
})
