import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { messageOf } from '../../bus/errors.ts'
import { overBus, withScopes } from '../../gateway/carriers.ts'
import { Scopes } from '../../gateway/http/scopes.ts'
import { operationsOver } from '../../gateway/operations.ts'
import { mcpServer, shownPlans } from '../../gateway/surfaces/mcp/server.ts'
import { tools } from '../../gateway/surfaces/tools/tools.ts'
import { telling } from '../../gateway/telling.ts'
import { version } from '../../infra/app/gateway.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { interruptible } from '../session.ts'
import { steadyAsk } from '../steady-ask.ts'

/** Only the protocol goes to stdout. It ends with its input; a system that is not there (yet) is told in the answers. */
const mcp: RunCommand = async (given, terminal) => {
  const scopes = given.value('scopes')?.split(',') ?? Scopes
  await using system = steadyAsk({ data: given.value('data'), cwd: process.cwd(), channel: 'mcp' }, terminal)
  const asked = telling(overBus(system.ask), terminal.told)
  const operations = operationsOver(withScopes(asked, scopes, userInfo().username))
  const caller = { operations, mayApprove: scopes.includes('approve') }
  const report = (error: unknown): void => terminal.warn(`cortex: ${messageOf(error)}`)
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
