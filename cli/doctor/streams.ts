import { BusUnavailable } from '../../bus/errors.ts'
import { lookAtStreams } from '../../bus/jetstream/provision-streams.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { streamSettings } from '../../infra/app/stream-settings.ts'
import { findAddress, openLine } from '../connect.ts'
import { type DoctorFinding, type DoctorInput, optional, well } from './finding.ts'

/** What the streams of the bus, where one runs, are otherwise than cortex.toml and the defaults say. */
export async function streamFindings({ loaded }: DoctorInput): Promise<DoctorFinding[]> {
  const found = findAddress({ data: loaded.dataDir, cwd: process.cwd(), channel: 'cli' })
  if ('why' in found) return []
  try {
    const { connection } = await openLine(found.address, 'cli')
    try {
      const looked = await lookAtStreams({ ...connection, streams: streamSettings(loaded.config) }, catalogue)
      const advice = 'name it under [nats.streams] in cortex.toml where it can be named, or leave it as it is'
      if (looked.length === 0) return [well('streams', 'as cortex.toml and the defaults say')]
      return looked.map(({ stream, words }) => optional(`stream ${stream}`, words, advice))
    } finally {
      await connection.close()
    }
  } catch (error) {
    // Whether the bus can be reached is told elsewhere.
    if (error instanceof BusUnavailable) return []
    throw error
  }
}
