import { join } from 'node:path'
import { cachedPythonPrograms, installPythonPackage } from './python-environment.mjs'

const wanted = { name: 'openai', version: '3.52.0', module: 'openai' }

/**
 * @param {string} cache
 * @returns {string | null} the Python program that can `import openai`, null when it is not completely installed
 */
export function cachedOpenaiPython(cache) {
  const programs = cachedPythonPrograms(cache, wanted)
  return programs && join(programs, 'python')
}

/**
 * Installs the real `openai` package of Python, which the proxy is tried with. Without it that test is skipped by name.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @returns {Promise<string>} '' or the reason why it is not there
 */
export const installOpenaiPython = (setup) => installPythonPackage(setup, wanted)
