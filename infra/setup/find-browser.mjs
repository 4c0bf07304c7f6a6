/** Where a Chromium is: the one place that set-up, the browser worker's starter and the tests agree on. Plain JS for Node 20. */
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { findOnPath, isRunnable } from './cache.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Inside a browser folder of Playwright's cache, by its different ages and systems. */
const programs = [
  ['chrome-linux64', 'chrome'],
  ['chrome-linux', 'chrome'],
  ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
  ['chrome-mac-arm64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac-x64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
]

/**
 * The browser that CORTEX_BROWSER names (a path, or a name on PATH); without it a Chromium or Chrome on PATH, else the newest in Playwright's cache.
 * A named one that is not there is not replaced by another.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | null} absolute path of a program that we may execute
 */
export function findBrowser(env) {
  const named = env.CORTEX_BROWSER
  if (named) {
    const path = isAbsolute(named) || named.includes('/') ? resolve(named) : findOnPath(named, env)
    return path !== null && isRunnable(path) ? path : null
  }
  for (const name of names) {
    const path = findOnPath(name, env)
    if (path !== null) return path
  }
  return inPlaywrightCache(env)
}

function inPlaywrightCache(env) {
  const folder = playwrightCache(env)
  if (!existsSync(folder)) return null
  const revisions = readdirSync(folder)
    .map((name) => /^chromium-(\d+)$/.exec(name)?.[1])
    .filter((revision) => revision !== undefined)
    .sort((one, other) => Number(other) - Number(one))
  const paths = revisions.flatMap((revision) => programs.map((parts) => join(folder, `chromium-${revision}`, ...parts)))
  return paths.find(isRunnable) ?? null
}

function playwrightCache(env) {
  if (env.PLAYWRIGHT_BROWSERS_PATH && env.PLAYWRIGHT_BROWSERS_PATH !== '0') return resolve(env.PLAYWRIGHT_BROWSERS_PATH)
  const home = env.HOME || homedir()
  return process.platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'ms-playwright')
    : join(env.XDG_CACHE_HOME || join(home, '.cache'), 'ms-playwright')
}
