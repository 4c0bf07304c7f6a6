import { join } from 'node:path'
import { cachedPythonPrograms, installPythonPackage } from './python-environment.mjs'

const wanted = { name: 'schemathesis', version: '4.32.5', module: 'schemathesis' }

/**
 * @param {string} cache
 * @returns {string | null} the fuzzer's program, null when it is not completely installed
 */
export function cachedSchemathesis(cache) {
  const programs = cachedPythonPrograms(cache, wanted)
  return programs && join(programs, 'schemathesis')
}

/**
 * Installs the fuzzer for OpenAPI documents, which the gateway is tried with. Without it that test is skipped by name.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @returns {Promise<string>} '' or the reason why it is not there
 */
export const installSchemathesis = (setup) => installPythonPackage(setup, wanted)
