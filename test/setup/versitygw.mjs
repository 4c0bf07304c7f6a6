import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath, isRunnable } from '../../infra/setup/cache.mjs'
import { exclusively } from '../../infra/setup/exclusive.mjs'
import { run } from '../../infra/setup/run.mjs'

const version = '1.8.0'
const program = `github.com/versity/versitygw/cmd/versitygw@v${version}`

/**
 * @param {string} cache @returns {string} where the S3 server for the tests lies or would lie
 */
export function cachedVersitygw(cache) {
  return join(cache, 'bin', `versitygw-${version}`)
}

/**
 * @param {string} cache @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | null} the S3 server for the tests, ours or the one on PATH; null when there is none
 */
export function findVersitygw(cache, env) {
  const ours = cachedVersitygw(cache)
  return isRunnable(ours) ? ours : findOnPath('versitygw', env)
}

/**
 * Makes sure that a real S3 server is there for the tests of the S3 blob store: on PATH, or built by Go into the cache.
 * Without it those tests are skipped by name.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 */
export async function installVersitygw({ cache, env, say }) {
  if (findVersitygw(cache, env) !== null) return
  const reason = await exclusively(cache, `versitygw-${version}`, () => {
    if (findVersitygw(cache, env) !== null) return ''
    say(`S3 server: not found; building versitygw ${version} with Go (about 1.5 minutes)`)
    return build(cache, env)
  })
  if (reason !== '') say(`S3 server: not available because ${reason}; the tests of the S3 blob store will be skipped and say so`)
}

/** The rename is the last step, so the cache never shows half a program. */
async function build(cache, env) {
  mkdirSync(join(cache, 'bin'), { recursive: true, mode: 0o700 })
  const scratch = mkdtempSync(join(cache, 'bin', '.build-'))
  try {
    const { GOOS: _system, GOARCH: _machine, ...ours } = env
    const built = join(scratch, 'versitygw')
    const outcome = await run('go', ['install', '-trimpath', '-ldflags', '-s -w', program], {
      env: { ...ours, GOBIN: scratch, CGO_ENABLED: '0' },
      cwd: scratch,
      timeoutMs: 600_000,
    })
    if (!outcome.ok) return `go install failed: ${outcome.reason}`
    if (!existsSync(built)) return 'go built no versitygw'
    chmodSync(built, 0o755)
    const answer = await run(built, ['--version'], { timeoutMs: 20_000 })
    if (!answer.ok) return `the built versitygw does not run: ${answer.reason}`
    renameSync(built, cachedVersitygw(cache))
    return ''
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
