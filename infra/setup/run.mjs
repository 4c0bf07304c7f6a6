import { spawn } from 'node:child_process'

/**
 * Runs a program to its end without a shell, stdin closed, output kept (its last 64 KiB).
 * Never throws: a program that is missing or too slow is an outcome.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Readonly<Record<string, string | undefined>>, timeoutMs: number }} options
 * @returns {Promise<{ ok: boolean, output: string, reason: string }>} `reason` is one line, empty when ok
 */
export function run(command, args, options) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let slow = false
    const keep = (chunk) => {
      output = (output + chunk).slice(-65_536)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const clock = setTimeout(() => {
      slow = true
      child.kill('SIGKILL')
    }, options.timeoutMs)
    const end = (reason) => {
      clearTimeout(clock)
      done({ ok: reason === '', output, reason })
    }
    child.on('error', (error) => end(error.code === 'ENOENT' ? `${command} is not installed` : error.message))
    child.on('close', (code, signal) => {
      if (slow) end(`no end after ${options.timeoutMs / 1000} s`)
      else end(code === 0 ? '' : `${lastLine(output) || 'no output'} (${signal ?? `exit ${code}`})`)
    })
  })
}

/** The line that most likely tells the reason: the last with "error" in it, else the last. */
function lastLine(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/A complete log of this run|^npm notice/.test(line))
  const told = lines.filter((line) => /error|denied|cannot|not found/i.test(line)).at(-1) ?? lines.at(-1) ?? ''
  return told.slice(0, 240)
}
