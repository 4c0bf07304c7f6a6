import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { freePort } from './nats.ts'
import { until } from './temporary.ts'

/** Three real nats-servers that are one cluster, with JetStream on disk, on loopback; fsync off. */
export interface TestCluster extends AsyncDisposable {
  /** All three, comma separated, as NATS_URL takes them. */
  readonly url: string
  /** The nodes' names; each ends at once by `kill` and comes back on its port and data by `restart`. */
  readonly nodes: readonly { readonly name: string; readonly url: string; kill(): Promise<void>; restart(): Promise<void> }[]
}

/** Ready when JetStream has a leader and all three are there. */
export const startCluster = async (binary: string): Promise<TestCluster> => {
  const directory = await mkdtemp(join(tmpdir(), 'cortex-cluster-'))
  const names = ['one', 'two', 'three']
  const ports = await Promise.all(names.map(async (name) => ({ name, client: await freePort(), route: await freePort() })))
  const routes = ports.map(({ route }) => `nats://127.0.0.1:${route}`).join(', ')
  const nodes = await Promise.all(
    ports.map(async ({ name, client, route }) => {
      const config = join(directory, `${name}.conf`)
      const cluster = `cluster { name: test, listen: "127.0.0.1:${route}", routes: [${routes}] }`
      await writeFile(
        config,
        `server_name: ${name}\nlisten: "127.0.0.1:${client}"\njetstream { store_dir: "${join(directory, name)}" }\n${cluster}\n`,
      )
      let child: ChildProcess | undefined
      return {
        name,
        url: `nats://127.0.0.1:${client}`,
        restart: async (): Promise<void> => {
          child = spawn(binary, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
          const ready = Promise.withResolvers<void>()
          child.stderr?.on('data', (chunk: Buffer) => chunk.includes('Server is ready') && ready.resolve())
          child.once('exit', (code) => ready.reject(new Error(`nats-server ${name} ended with ${code}`)))
          await ready.promise
        },
        kill: async (): Promise<void> => {
          if (!child || child.exitCode !== null || child.signalCode !== null) return
          child.kill('SIGKILL')
          await once(child, 'exit')
        },
      }
    }),
  )
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()))
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await Promise.all(nodes.map((node) => node.restart()))
    await until(() => takesReplicas(nodes[0]?.url ?? ''))
  } catch (error) {
    await stop()
    throw error
  }
  return { url: nodes.map(({ url }) => url).join(','), nodes, [Symbol.asyncDispose]: stop }
}

/** Whether a stream can have three replicas by now. */
const takesReplicas = async (url: string): Promise<boolean> => {
  const nc = await connect({ servers: url })
  try {
    const jsm = await jetstreamManager(nc, { checkAPI: false })
    await jsm.streams.add({ name: 'is-ready', subjects: ['is-ready'], num_replicas: 3 })
    return await jsm.streams.delete('is-ready')
  } catch {
    return false // the cluster has no leader, or not all nodes, yet
  } finally {
    await nc.close()
  }
}
