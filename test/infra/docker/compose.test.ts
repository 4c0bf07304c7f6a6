import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { parse } from 'smol-toml'
import { checkConfig } from '../../../infra/app/configuration.ts'
import { isLoopback } from '../../../infra/config/loopback.ts'
import { givenProxy } from '../../support/proxy.ts'

const root = path.join(import.meta.dirname, '../../..')
const compose = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')
/** What the compose says of one service. */
const service = (name: string): string => new RegExp(`^  ${name}:\\n((?:    .*\\n|\\n)+)`, 'm').exec(compose)?.[1] ?? ''

test('a service beside the compose reaches the tools as cortex-orchestrator:8000, with the token', async () => {
  assert.match(service('cortex-proxy'), /networks: \{ inside: \{\}, outside: \{ aliases: \[cortex-orchestrator\] \} \}/)
  for (const site of ['chatgpt', 'simulator']) {
    const file = path.join(root, `infra/docker/cortex-proxy/${site}.toml`)
    const { host, port, token_env } = checkConfig(file, parse(readFileSync(file, 'utf8'))).gateway.proxy
    assert.deepEqual([isLoopback(host), port, token_env], [false, 8000, 'CORTEX_PROXY_TOKEN'])
  }
  const { ask } = givenProxy({ token: 'secret', guards: { loopback: false }, tools: {} })
  const call = (headers: object) =>
    ask('/execute-tool', { tool_name: 'cortex_get_task_status', tool_input: {} }, { host: 'cortex-orchestrator:8000', ...headers })
  assert.equal((await call({})).status, 401)
  assert.match(JSON.stringify(await (await call({ authorization: 'Bearer secret' })).json()), /task_id/)
})
