import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cacheFolder, isAtLeast, versionIn } from '../../../infra/setup/cache.mjs'
import { findBrowser } from '../../../infra/setup/find-browser.mjs'
import { fileInTar } from '../../../infra/setup/nats-server.mjs'

test('the cache is where CORTEX_CACHE_DIR says, else under XDG_CACHE_HOME, else under the home folder', () => {
  assert.equal(cacheFolder({ CORTEX_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }), '/a')
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/b', HOME: '/c' }), '/b/cortex')
  assert.equal(cacheFolder({ CORTEX_CACHE_DIR: '', HOME: '/c' }), '/c/.cache/cortex')
})

test('versions are compared by their numbers', () => {
  assert.equal(versionIn('nats-server: v2.15.1'), '2.15.1')
  assert.equal(versionIn('git version 2.40'), '2.40.0')
  assert.equal(versionIn('none'), null)
  assert.ok(isAtLeast('2.12.0', '2.12.0') && isAtLeast('2.100.0', '2.12.9') && isAtLeast('3.0.0', '2.12.9'))
  assert.ok(!isAtLeast('2.9.9', '2.12.0') && !isAtLeast('1.99.0', '2.0.0'))
})

test('a file is taken out of a tar archive by its name, and one that is not there is told', () => {
  const entry = (name: string, content: string): Buffer => {
    const header = Buffer.alloc(512)
    header.write(name)
    header.write(content.length.toString(8).padStart(11, '0'), 124)
    return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)])
  }
  const archive = Buffer.concat([entry('dir/LICENSE', 'x'.repeat(513)), entry('dir/program', 'run'), Buffer.alloc(1024)])
  assert.equal(fileInTar(archive, 'dir/program').toString(), 'run')
  assert.throws(() => fileInTar(archive, 'dir/other'), /no dir\/other in the archive/)
})

/** A folder in which programs can be placed by their path. */
const programs = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-browser-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const place = (path: string): string => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '#!/bin/sh\n')
    chmodSync(file, 0o755)
    return file
  }
  return { place, env: { HOME: folder, PATH: `${join(folder, 'a')}:${join(folder, 'b')}` } }
}

test('the browser is the one that CORTEX_BROWSER names by path or by name, and no other when that one is not there', (t) => {
  const { place, env } = programs(t)
  const mine = place('elsewhere/chrome')
  const named = place('b/brave')
  place('a/chromium')
  assert.equal(findBrowser({ ...env, CORTEX_BROWSER: mine }), mine)
  assert.equal(findBrowser({ ...env, CORTEX_BROWSER: 'brave' }), named)
  assert.equal(findBrowser({ ...env, CORTEX_BROWSER: '/nowhere/chrome' }), null)
  assert.equal(findBrowser({ ...env, CORTEX_BROWSER: 'vivaldi' }), null)
})

test('a browser on PATH is taken before one in the cache of Playwright, and there the newest', {
  skip: process.platform === 'linux' ? false : 'the cache lies elsewhere here',
}, (t) => {
  const { place, env } = programs(t)
  assert.equal(findBrowser(env), null)
  place('.cache/ms-playwright/chromium-999/chrome-linux/chrome')
  place('.cache/ms-playwright/chromium_headless_shell-2000/chrome-linux/chrome')
  const newest = place('.cache/ms-playwright/chromium-1200/chrome-linux64/chrome')
  assert.equal(findBrowser(env), newest)
  const other = place('elsewhere/chromium-7/chrome-linux/chrome')
  assert.equal(findBrowser({ ...env, PLAYWRIGHT_BROWSERS_PATH: dirname(dirname(dirname(other))) }), other)
  const onPath = place('b/google-chrome')
  assert.equal(findBrowser({ ...env, CORTEX_BROWSER: '' }), onPath)
})
