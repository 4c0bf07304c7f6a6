import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A real nats-server of its own for one test, with JetStream on disk; fsync off unless asked for. */
export interface TestNats extends AsyncDisposable {
  readonly url: string
  /** Ends the server at once, as a power cut of the process would. */
  kill(): Promise<void>
  /** Starts it again on the same port and the same data. */
  restart(): Promise<void>
  /** Holds the server still for so long, as a machine that sleeps or swaps would. */
  freeze(forMs: number): Promise<void>
  /** From now on the server takes this password only, and whoever came with another is sent away. */
  setPassword(password: string): Promise<void>
  /** Ends the server and takes everything it stored away; `restart` begins with nothing. */
  wipe(): Promise<void>
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export interface TestNatsOptions {
  sync?: 'always' | 'fast'
  /** User `cortex` with this password; everybody without. */
  password?: string
  /** False: a server without JetStream. */
  jetStream?: false
  /** What else its configuration says. */
  more?: string
}

export const startNats = async (binary: string, options: TestNatsOptions = {}): Promise<TestNats> => {
  const directory = await mkdtemp(join(tmpdir(), 'cortex-nats-'))
  const port = await freePort()
  const config = join(directory, 'nats.conf')
  const jetStream = `jetstream { store_dir: ${JSON.stringify(directory)}${options.sync === 'always' ? ', sync_interval: always' : ''} }\n`
  const configure = (password = options.password): Promise<void> => {
    const users = password ? `authorization { user: cortex, password: ${JSON.stringify(password)} }\n` : ''
    return writeFile(config, `listen: 127.0.0.1:${port}\n${users}${options.jetStream === false ? '' : jetStream}${options.more ?? ''}`)
  }
  await configure()
  let child: ChildProcess
  const start = async (): Promise<void> => {
    child = spawn(binary, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-4000)
        if (log.includes('Server is ready')) resolve()
      })
      child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}: ${log}`)))
      child.once('error', reject)
    })
  }
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await start()
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    restart: start,
    freeze: async (forMs) => {
      child.kill('SIGSTOP')
      await pause(forMs)
      child.kill('SIGCONT')
    },
    setPassword: async (password) => {
      await configure(password)
      child.kill('SIGHUP')
    },
    wipe: async () => {
      await kill()
      await rm(join(directory, 'jetstream'), { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
