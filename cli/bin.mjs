#!/usr/bin/env node
/**
 * `cortex` as npm links it. Plain JS for Node 20: it runs before anything is installed, sets up what is missing, and hands
 * over to `main.ts` under a Node that reads TypeScript. Signals go on to that process; its exit code becomes ours.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, isAtLeast, oldest } from '../infra/setup/cache.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')

/** @param {string} command @param {readonly string[]} args @param {import('node:child_process').StdioOptions} stdio @returns {Promise<number>} its exit code */
function hand(command, args, stdio) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio })
    // We end with the child. Ctrl-C in a terminal reaches it twice, by the terminal and by us, which it takes for one.
    const forward = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    child.on('error', (error) => {
      process.stderr.write(`cortex: ${command} cannot be started: ${error.message}\n`)
      resolve(3)
    })
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143))
    })
  })
}

/** The Node to run under: this one when it is new enough, else the one among our packages. */
function nodeFor() {
  const packaged = join(modules, '.bin', 'node')
  return isAtLeast(process.versions.node, oldest.node) || !existsSync(packaged) ? process.execPath : packaged
}

/** Set-up says what it does on stderr, so that stdout stays the command's. */
const ready = existsSync(join(modules, '.package-lock.json'))
  ? 0
  : await hand(process.execPath, [join(root, 'infra', 'setup', 'setup.mjs')], ['ignore', 2, 2])
if (ready !== 0) process.exitCode = ready
else {
  const args = [join(root, 'cli', 'main.ts'), ...process.argv.slice(2)]
  // What was compiled once is read from there: commands start in two thirds of the time.
  process.env['NODE_COMPILE_CACHE'] ??= join(cacheFolder(process.env), 'compile')
  module.enableCompileCache?.(process.env['NODE_COMPILE_CACHE'])
  if (nodeFor() !== process.execPath) process.exitCode = await hand(nodeFor(), args, 'inherit')
  else {
    process.argv = [process.execPath, ...args]
    await import('./main.ts')
  }
}
