import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { freePort } from '../support/nats.ts'
import { root } from '../support/source-tree.ts'

const execute = promisify(execFile)
const BUFFER_BYTES = 16 * 1024 * 1024

const docker = async (args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const { stdout } = await execute('docker', [...args], { cwd: root, env, maxBuffer: BUFFER_BYTES })
  return stdout.trim()
}

/** Why no containers can run here, in words; false when they can. */
export const noContainers = async (): Promise<string | false> => {
  const why = async (args: readonly string[], otherwise: string): Promise<string | false> =>
    docker(args).then(
      () => false,
      (error: Error) =>
        `${otherwise} (${error.message.split('\n').find((line) => /not found|cannot|denied|unknown|ENOENT/i.test(line)) ?? 'it does not answer'})`,
    )
  return (
    (await why(['version', '--format', '{{.Server.Version}}'], 'containers cannot run here: there is no Docker engine')) ||
    (await why(['compose', 'version'], 'containers cannot run here: there is no "docker compose"'))
  )
}

/** The project's compose file, up for one test under a name and on ports of its own. */
export interface Composed extends AsyncDisposable {
  readonly token: string
  readonly vncPassword: string
  readonly ports: { readonly proxy: number; readonly vnc: number }
  /** `docker compose <args>` of this project; gives its output. Throws with what it printed. */
  compose(...args: string[]): Promise<string>
  /** The same with further settings, as `.env` would hold them. */
  composeWith(settings: Readonly<Record<string, string>>, ...args: string[]): Promise<string>
  /** `docker inspect` of a service's container. */
  inspect(service: string): Promise<unknown>
  /** Whether a network of the project has no way out. */
  isInternal(network: string): Promise<boolean>
  /** Runs a script in a service's container by its Node and gives what it printed. */
  script(service: string, text: string): Promise<string>
}

/** Nothing runs yet; disposing takes containers, networks and volumes away, and keeps the images. */
export const composed = async (): Promise<Composed> => {
  const [project, token, vncPassword] = [`cortex-test-${process.pid}`, randomBytes(24).toString('hex'), randomBytes(4).toString('hex')]
  const ports = { proxy: await freePort(), vnc: await freePort() }
  const settings = {
    CORTEX_PROXY_TOKEN: token,
    CORTEX_VNC_PASSWORD: vncPassword,
    NATS_PASSWORD: randomBytes(24).toString('hex'),
    S3_SECRET_KEY: randomBytes(24).toString('hex'),
    CORTEX_PROXY_PORT: `${ports.proxy}`,
    CORTEX_VNC_PORT: `${ports.vnc}`,
    CORTEX_SITE: 'simulator',
  }
  const composeWith: Composed['composeWith'] = (more, ...args) =>
    docker(['compose', '--project-name', project, '--profile', 'simulator', ...args], { ...process.env, ...settings, ...more })
  const compose: Composed['compose'] = (...args) => composeWith({}, ...args)
  return {
    token,
    vncPassword,
    ports,
    compose,
    composeWith,
    inspect: async (service) => JSON.parse(await docker(['inspect', await compose('ps', '--quiet', service)]))[0],
    isInternal: async (network) => (await docker(['network', 'inspect', '--format', '{{.Internal}}', `${project}_${network}`])) === 'true',
    script: (service, text) => compose('exec', '--no-TTY', service, 'node', '--input-type=module', '--eval', text),
    [Symbol.asyncDispose]: async () => {
      await compose('down', '--volumes', '--timeout', '5')
    },
  }
}
