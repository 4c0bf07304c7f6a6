import { once } from 'node:events'
import { startBrowserWorker } from '../../infra/app/browser-worker.ts'
import { loadConfig } from '../../infra/app/configuration.ts'
import { createLog } from '../../infra/app/log.ts'
import { openSecrets } from '../../infra/app/open-secrets.ts'
import { ownEnvironment } from '../../infra/config/config.ts'
import type { RunCommand } from '../command.ts'
import { findAddress } from '../connect.ts'
import { CommandFault, Exit } from '../fault.ts'
import { interruptible } from '../session.ts'

/** Runs the browser worker alone, beside a system that runs elsewhere; "cortex up" starts one by itself. */
const worker: RunCommand = async (given, terminal) => {
  const loaded = loadConfig({ path: given.value('config'), overrides: { data: given.value('data') } })
  const found = findAddress({ data: loaded.dataDir, cwd: process.cwd(), channel: 'cli' })
  if ('why' in found) throw new CommandFault(Exit.noBus, [found.why])
  const { secret: _, ...address } = found.address
  return interruptible(async (signal) => {
    const env = ownEnvironment()
    const secrets = await openSecrets(loaded.config, env)
    const log = createLog(loaded.config.log.level, secrets.maskKnown)
    await using worker = await startBrowserWorker({ loaded, env, secrets, log, address, signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
      return undefined
    })
    if (!worker) return Exit.done
    terminal.result({ process: process.pid }, 'The browser worker is up. Stop: Ctrl-C')
    const gone = await Promise.race([once(signal, 'abort'), worker.closed])
    if (gone instanceof Error) throw gone
    return Exit.done
  })
}
export default worker
