import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, isAtLeast, oldest, versionIn } from './cache.mjs'
import { installNatsServer } from './nats-server.mjs'
import { checkNode, installPackages } from './packages.mjs'
import { run } from './run.mjs'

/** @typedef {{ root: string, cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} Setup */

/**
 * Before every npm script: installs what is missing, says so in a line each, and is silent and quick when all is there.
 * Plain JS without dependencies, because it runs on whatever Node the machine has (20 or newer) before anything is installed.
 * @param {string} script how it is called, for the usage line
 * @param {Record<string, readonly ((setup: Setup) => Promise<unknown>)[]>} purposes what `--for` may name (the first where it is not given),
 *   each with what can be done without: those steps say themselves what is then left out
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code: 0, 2 for wrong arguments, 3 when something indispensable cannot be had
 */
export async function setUp(script, purposes, args) {
  const names = Object.keys(purposes)
  const purpose = args.length === 0 ? names[0] : args.length === 2 && args[0] === '--for' ? args[1] : ''
  if (!names.includes(purpose)) {
    process.stderr.write(`set-up: usage: node ${script} [--for ${names.join('|')}]\n`)
    return 2
  }
  try {
    return await install(purposes[purpose])
  } catch (error) {
    process.stderr.write(`set-up: ${error.message}; look at the rights and the free space of ${cacheFolder(process.env)} and try again.\n`)
    return 3
  }
}

async function install(useful) {
  const env = process.env
  const say = (line) => process.stderr.write(`set-up: ${line}\n`)
  const setup = { root: resolve(dirname(fileURLToPath(import.meta.url)), '..', '..'), cache: cacheFolder(env), env, say }
  const indispensable = [installPackages, () => checkNode(setup.root), checkGit, installNatsServer]
  for (const step of indispensable) {
    const fault = await step(setup)
    if (fault !== '') {
      say(fault)
      return 3
    }
  }
  for (const step of useful) await step(setup)
  return 0
}

async function checkGit({ env }) {
  const answer = await run('git', ['--version'], { env, timeoutMs: 20_000 })
  const version = answer.ok ? versionIn(answer.output) : null
  if (version !== null && isAtLeast(version, oldest.git)) return ''
  const found = version === null ? `not found (${answer.reason})` : `${version}`
  return `git ${oldest.git} or newer is needed, found: ${found}; install it with the package manager of this system (for instance apt install git) and try again.`
}
