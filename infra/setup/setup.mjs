/**
 * Before every npm script: installs what is missing, says so in a line each, and is silent and quick when all is there.
 * Plain JS without dependencies, because it runs on whatever Node the machine has (20 or newer) before anything is installed.
 * `--for demo|test|agents|sites|start` says what is needed; exit 3 when something indispensable cannot be had.
 */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installAgents } from '../../test/setup/agents.mjs'
import { installBrowser } from './browser.mjs'
import { cacheFolder, isAtLeast, oldest, versionIn } from './cache.mjs'
import { installChatFrontEnd } from '../../test/setup/chat-front-end.mjs'
import { installNatsServer } from './nats-server.mjs'
import { installOpenaiPython } from '../../test/setup/openai-python.mjs'
import { checkNode, installPackages } from './packages.mjs'
import { run } from './run.mjs'
import { installSchemathesis } from '../../test/setup/schemathesis.mjs'
import { installSemgrep } from './semgrep.mjs'
import { installVersitygw } from '../../test/setup/versitygw.mjs'

const purposes = ['start', 'demo', 'test', 'agents', 'sites']

/** What can be done without: each of these says itself what is then left out. */
const useful = {
  demo: [installBrowser, installSemgrep],
  test: [installBrowser, installVersitygw, installOpenaiPython, installSchemathesis, installSemgrep],
  agents: [installAgents],
  sites: [installBrowser, installChatFrontEnd],
}

/** @param {readonly string[]} args @returns {string | null} the purpose, null when the arguments are wrong */
function purposeOf(args) {
  if (args.length === 0) return 'start'
  return args.length === 2 && args[0] === '--for' && purposes.includes(args[1]) ? args[1] : null
}

async function checkGit({ env }) {
  const answer = await run('git', ['--version'], { env, timeoutMs: 20_000 })
  const version = answer.ok ? versionIn(answer.output) : null
  if (version !== null && isAtLeast(version, oldest.git)) return ''
  const found = version === null ? `not found (${answer.reason})` : `${version}`
  return `git ${oldest.git} or newer is needed, found: ${found}; install it with the package manager of this system (for instance apt install git) and try again.`
}

async function setUp(purpose) {
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
  for (const step of useful[purpose] ?? []) await step(setup)
  return 0
}

const purpose = purposeOf(process.argv.slice(2))
if (purpose === null) {
  process.stderr.write(`set-up: usage: node infra/setup/setup.mjs [--for ${purposes.join('|')}]\n`)
  process.exitCode = 2
} else {
  try {
    process.exitCode = await setUp(purpose)
  } catch (error) {
    process.stderr.write(`set-up: ${error.message}; look at the rights and the free space of ${cacheFolder(process.env)} and try again.\n`)
    process.exitCode = 3
  }
}
