import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { messageOf } from '../../bus/errors.ts'
import { guarded } from '../../functions/gateway/ask-in-process.ts'
import { Scopes, scopesFor } from '../../functions/gateway/http/scopes.ts'
import { mcpServer, shownPlans } from '../../functions/gateway/mcp/server.ts'
import { operationsOver } from '../../functions/gateway/operations.ts'
import { tools } from '../../functions/gateway/tools/tools.ts'
import { version } from '../gateway.ts'
import type { RunCommand } from './command.ts'
import { Exit } from './fault.ts'
import { interruptible } from './session.ts'
import { steadyAsk } from './steady-ask.ts'

/** Only the protocol goes to stdout. It ends with its input; a system that is not there (yet) is told in the answers. */
const mcp: RunCommand = async (given, terminal) => {
  const scopes = given.value('scopes')?.split(',') ?? Scopes
  const mayAsk = (endpoint: string): boolean => scopesFor(endpoint).some((scope) => scopes.includes(scope))
  await using system = steadyAsk({ data: given.value('data'), cwd: process.cwd(), channel: 'mcp' })
  const caller = { operations: operationsOver(guarded(system.ask, mayAsk, userInfo().username)), mayApprove: scopes.includes('approve') }
  const report = (error: unknown): void => terminal.warn(`cortex mcp: ${messageOf(error)}`)
  const serving = { tools, version, report, now: () => new Date(), shown: shownPlans(randomBytes(32)) }
  await interruptible(async (signal) => {
    const ended = endOfInput(signal)
    const served = serveStdio(() => mcpServer(serving, caller), { onerror: report })
    await ended
    await served.close()
  })
  return Exit.done
}
export default mcp

const endOfInput = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    process.stdin.once('end', resolve)
    process.stdin.once('close', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
