import { SandboxManager } from '@anthropic-ai/sandbox-runtime'
import { holdRuntime } from '../../../infra/sandbox/runtime.ts'

/** Holds the sandbox's runtime until it is killed, and prints the socket of its proxy. */
await holdRuntime()
process.stdout.write(`${SandboxManager.getLinuxHttpSocketPath() ?? ''}\n`)
process.stdin.resume()
