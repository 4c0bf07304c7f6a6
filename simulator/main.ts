import { parseArgs } from 'node:util'
import { startSimulator } from './simulator.ts'

/** The stand-in page as a process: `node simulator/main.ts --port 8090 --state /tmp/stand-in.json --login`. */

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8090' },
    host: { type: 'string', default: '127.0.0.1' },
    state: { type: 'string' },
    login: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const simulator = await startSimulator({
  port: Number(values.port),
  host: values.host,
  statePath: values.state,
  login: values.login,
  log: say,
})
say(`Stand-in chat page, no model answers here: ${simulator.url}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator[Symbol.asyncDispose]())
}
