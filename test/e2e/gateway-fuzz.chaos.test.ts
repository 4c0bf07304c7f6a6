import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { cacheFolder } from '../../infra/setup/cache.mjs'
import { cachedSchemathesis } from '../setup/schemathesis.mjs'
import { ask, startMainJob } from '../support/main-job.ts'
import { makeRepository, temporaryFolder } from '../support/temporary.ts'

/**
 * The document of the gateway's API is held against the running gateway by a public fuzzer: no 5xx, no status code, content
 * type or body that the document does not tell of, nothing taken that the document refuses. The same seed asks the same.
 */
const fuzzer = cachedSchemathesis(cacheFolder(process.env))
const skip = fuzzer === null ? 'schemathesis is not installed' : false
const seed = process.env['CORTEX_FUZZ_SEED'] ?? '1'
const seconds = process.env['CORTEX_FUZZ_SECONDS'] ?? '20'

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

test('the document of all surfaces is valid OpenAPI 3.1', async () => {
  await using setting = await openSystem()
  const document: unknown = await (await fetch(`${setting.job.httpUrl}/openapi.json`)).json()
  assert.ok(typeof document === 'object' && document !== null)
  const { valid, errors } = await new Validator().validate({ ...document })
  assert.ok(valid, JSON.stringify(errors))
})

const settings = (task: string): string =>
  [
    '[parameters]',
    `"path.id" = "${task}"`,
    // Its own choice could be the reader of the door, and nothing would be decided any more.
    '"path.name" = "write-code"',
    ...judgedByRules.flatMap((name) => ['[[operations]]', `include-name = "${name}"`, 'checks.positive_data_acceptance.enabled = false']),
  ].join('\n')

test('the gateway does what its OpenAPI document says, whatever is asked of it', { skip }, async () => {
  assert.ok(fuzzer)
  await using setting = await openSystem()
  const { job, folder } = setting
  const task = ask(job, { title: 'What is this?', project: undefined, workflow: 'answer' })
  await job.ended(task)
  await writeFile(path.join(folder, 'schemathesis.toml'), settings(task))
  const argv = ['run', `${job.httpUrl}/openapi.json`, '--seed', seed, '--max-time', seconds, '--workers', '2', '--max-examples', '15']
  // Streams of events do not end by themselves.
  const bounds = ['--exclude-path-regex', '/(events|stream)$', '--request-timeout', '10', '--suppress-health-check', 'all']
  const quiet = ['--no-color', '--warnings', 'off', '--generation-database', 'none']
  const run = await promisify(execFile)(fuzzer, [...argv, ...bounds, ...quiet], { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout?: string; stderr?: string }) => assert.fail(`${error.stdout}\n${error.stderr}`),
  )
  const [, tested = '0'] = /Tested:\s+(\d+)/.exec(run.stdout) ?? []
  assert.ok(Number(tested) >= 18, run.stdout)
})
