import { resolve } from 'node:path'
import { loadConfig } from '../../infra/app/configuration.ts'
import { createLog } from '../../infra/app/log.ts'
import { openBus } from '../../infra/app/open-bus.ts'
import { takeAsOurs } from '../../infra/app/open-seal.ts'
import { readBackup, restoreBackup } from '../../infra/backup/backup.ts'
import { ownEnvironment } from '../../infra/config/config.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'

/** Makes a system's memory again from a backup, in a data folder (or on a bus) that has none; "cortex up" goes on from there. */
const restore: RunCommand = async (given, terminal) => {
  const loaded = loadConfig({ path: given.value('config'), overrides: { data: given.value('data') } })
  const folder = resolve(given.words[0] ?? '')
  const backup = await readBackup(folder)
  const env = ownEnvironment()
  await using bus = await openBus({ loaded, env, log: createLog('error') }, [])
  await restoreBackup(backup, folder, bus.connection, loaded.dataDir)
  await takeAsOurs(bus.connection, { loaded, env })
  terminal.result(
    { data: loaded.dataDir, takenAt: backup.takenAt, streams: backup.streams.length },
    `Everything of ${backup.takenAt} is in ${loaded.dataDir}. ${terminal.typed('Go on: cortex up')}`,
  )
  return Exit.done
}
export default restore
