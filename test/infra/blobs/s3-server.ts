import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../../../infra/setup/cache.mjs'
import { findVersitygw } from '../../setup/versitygw.mjs'
import { freePort } from '../../support/nats.ts'
import { until } from '../../support/temporary.ts'

export const accessKeyId = 'test-access'
export const secretAccessKey = 'test-secret-never-in-a-log'

/** The S3 server that set-up brought; null where there is none. */
export const s3ServerForTests = (): string | null => findVersitygw(cacheFolder(process.env), process.env)

/** A real S3 server of its own for one test, over a folder. */
export interface TestS3 extends AsyncDisposable {
  readonly url: string
  /** Where the objects lie as files: `<bucket>/<key>`. */
  readonly folder: string
  kill(): Promise<void>
  restart(): Promise<void>
}

/** @param binary a versitygw @param more further arguments before the backend's */
export const startS3 = async (binary: string, more: readonly string[] = []): Promise<TestS3> => {
  const place = await mkdtemp(join(tmpdir(), 'cortex-s3-'))
  const [folder, port] = [join(place, 'objects'), await freePort()]
  await mkdir(folder)
  await mkdir(join(place, 'iam'))
  const url = `http://127.0.0.1:${port}`
  const settings = ['--quiet', '--port', `127.0.0.1:${port}`, '--health', '/healthz', '--iam-dir', join(place, 'iam'), ...more]
  const env = { ...process.env, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey }
  let child: ChildProcess
  const restart = async (): Promise<void> => {
    child = spawn(binary, [...settings, 'posix', folder], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000)
    })
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}: ${log}`)
      return fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      )
    })
  }
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await restart()
  return {
    url,
    folder,
    kill,
    restart,
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(place, { recursive: true, force: true })
    },
  }
}
