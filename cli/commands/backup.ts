import { resolve } from 'node:path'
import { takeBackup } from '../../infra/backup/backup.ts'
import { shellWord } from '../../infra/sandbox/shell-line.ts'
import type { RunCommand } from '../command.ts'
import { findAddress, openLine, type Place } from '../connect.ts'
import { CommandFault, Exit } from '../fault.ts'
import { dataDirFor } from '../where.ts'

/** Copies everything that the running system knows into a folder. */
const backup: RunCommand = async (given, terminal) => {
  const place: Place = { data: given.value('data'), cwd: process.cwd(), channel: 'cli' }
  const found = findAddress(place)
  if ('why' in found) throw new CommandFault(Exit.noBus, [found.why])
  const { connection } = await openLine(found.address, 'cli')
  const into = resolve(given.words[0] ?? '')
  try {
    const { streams, takenAt } = await takeBackup({ connection, into, dataDir: dataDirFor(place), inboxPrefix: found.address.inboxPrefix })
    const taken = streams.map(({ snapshot: { config, state, bytes } }) => ({ stream: config.name, messages: state.messages, bytes }))
    const hasBlobs = taken.some(({ stream }) => stream.startsWith('OBJ_'))
    terminal.result(
      { folder: into, takenAt, streams: taken },
      [
        ...taken.map(({ stream, messages, bytes }) => `  ${stream.padEnd(20)} ${messages} messages, ${bytes} bytes`),
        ...(hasBlobs ? [] : ['Blobs lie in the S3 store and are not in it: keep that bucket as long as the backup.']),
        terminal.typed(`The backup is whole. cortex restore --data <new folder> ${shellWord(into)}`),
      ].join('\n'),
    )
    return Exit.done
  } finally {
    await connection.close()
  }
}
export default backup
