import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheFolder, isAtLeast, versionIn } from '../../infra/setup/cache.mjs'
import { fileInTar } from '../../infra/setup/nats-server.mjs'

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
