import { createHash, createHmac } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { lastStored } from '../../bus/jetstream/read.ts'
import { type Seal, sealBy } from '../../bus/seal.ts'
import { Streams } from '../../bus/subjects.ts'
import { type LoadedConfig, namedVariable } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { operatorSecret, writePrivate } from './system-file.ts'

/** Since when a data folder seals, and with which key: what EVENTS held before is taken as it is. */
const Since = z.object({ sequence: z.int(), key: z.string() })
type Since = z.infer<typeof Since>

const fileIn = (dataDir: string): string => join(dataDir, 'sealed-since.json')

/**
 * The connection with the system's seal, whose key is made of the data folder's secret, or is the variable's that `[nats] seal_key_env`
 * names. The first start with a key notes how far EVENTS is; a store that is younger than that note has nothing of before.
 */
export const withSeal = async <C extends Connection>(
  connection: C,
  { loaded, env }: { readonly loaded: LoadedConfig; readonly env: Environment },
): Promise<C & { readonly seal: Seal }> => {
  const shared = namedVariable(loaded.config.nats.seal_key_env, env)
  const key = createHmac('sha256', shared || operatorSecret(loaded.dataDir))
    .update('seal')
    .digest()
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16)
  const last = await lastStored(connection, Streams.events).catch((error: { code?: number }) => {
    if (error.code === 10059) return 0 // no stream yet
    throw error
  })
  const known = noted(loaded.dataDir)
  const since = sinceWhen(known, { sequence: last, key: name })
  if (since !== known) writePrivate(fileIn(loaded.dataDir), `${JSON.stringify(since)}\n`)
  return { ...connection, seal: sealBy(key, since.sequence) }
}

const noted = (dataDir: string): Since | undefined => {
  const file = fileIn(dataDir)
  return existsSync(file) ? Since.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}

/** From where on everything must bear the seal, by what was noted and by the present key and end of EVENTS. Pure. */
export const sinceWhen = (known: Since | undefined, now: Since): Since => {
  if (known?.key !== now.key) return now
  return known.sequence <= now.sequence ? known : { ...now, sequence: 0 }
}

/** After a restore: what is in the store now is taken as it is, whoever sealed it. */
export const forgetSeals = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true })
