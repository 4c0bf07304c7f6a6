import { findOnPath } from './cache.mjs'
import { exclusively } from './exclusive.mjs'
import { findBrowser } from './find-browser.mjs'
import { run } from './run.mjs'

const without = 'the browser lane is left out and its tests will be skipped and say so'
const advice = 'install Chromium or Chrome by the means of this system, or name one in CORTEX_BROWSER'

/**
 * Makes sure that a Chromium is there; as root with apt-get it is installed. It is not indispensable: the other lanes do without.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 */
export async function installBrowser({ cache, env, say }) {
  if (findBrowser(env) !== null) return
  if (env.CORTEX_BROWSER) {
    say(`browser: CORTEX_BROWSER names ${env.CORTEX_BROWSER}, which is no program that we may run; ${without}`)
    return
  }
  const aptGet = findOnPath('apt-get', env)
  if (aptGet === null || process.getuid?.() !== 0) {
    say(`browser: not found, and installing it needs ${aptGet === null ? 'apt-get' : 'root'}; ${without}; ${advice}`)
    return
  }
  const reason = await exclusively(cache, 'browser', () => {
    if (findBrowser(env) !== null) return ''
    say('browser: not found; installing the package chromium with apt-get (about 100 MB to fetch)')
    return byAptGet(aptGet, env)
  })
  if (reason !== '') say(`browser: not available because ${reason}; ${without}; ${advice}`)
}

/** A list that cannot be renewed whole may still name the package, so only the installation decides. */
async function byAptGet(aptGet, env) {
  const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
  const patient = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20']
  const lists = await run(aptGet, [...patient, 'update'], { env: quiet, timeoutMs: 120_000 })
  const install = [...patient, 'install', '-y', '--no-install-recommends', 'chromium']
  const installed = await run(aptGet, install, { env: quiet, timeoutMs: 300_000 })
  if (!installed.ok) return `apt-get install failed: ${installed.reason}${lists.ok ? '' : ` (and apt-get update: ${lists.reason})`}`
  const found = findBrowser(env)
  if (found === null) return 'apt-get ended well, and still no chromium is on PATH'
  const answer = await run(found, ['--version'], { env, timeoutMs: 60_000 })
  return answer.ok ? '' : `the installed ${found} does not run: ${answer.reason}`
}
