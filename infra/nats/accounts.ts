import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { openDoorSubjects } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { inspectorPermissions, outsiderPermissions, type Permissions } from './permissions.ts'

/**
 * Who shares a room on the embedded bus. The server publishes every answer wherever its request says: an outsider in the system's own
 * account could so write under any subject, permissions or not. From an account of their own a reply leads back there and nowhere else.
 */

/** The system's account. The streams lie in a folder of this name. */
const SYSTEM = 'CORTEX'
const OUTSIDE = 'OUTSIDE'
/** Where a server without accounts keeps its streams. */
const WITHOUT_ACCOUNTS = '$G'

interface User {
  readonly user: string
  readonly password: string
}

/** The accounts as nats-server's configuration has them; who comes without a login is `nobody`. */
export const accountsFor = (logins: { cortex: User; inspector: User; nobody: User }, functionConsumers: readonly string[]) => ({
  [SYSTEM]: {
    jetstream: 'enabled',
    users: [signIn(logins.cortex), signIn(logins.inspector, inspectorPermissions(functionConsumers))],
    exports: services.map(({ subject, many }) => ({ service: subject, ...(many ? { response_type: 'Stream' } : {}) })),
  },
  [OUTSIDE]: {
    users: [signIn(logins.nobody, outsiderPermissions())],
    limits: outsiderLimits,
    // Who asks is told to us, so that each can have its share.
    imports: services.map(({ subject }) => ({ service: { account: SYSTEM, subject }, share: true })),
  },
})

/** A request's body has 56 KB at most, and its headers come on top. */
const outsiderLimits = { max_connections: 256, max_payload: 131_072 }

const signIn = ({ user, password }: User, permissions?: Permissions) => ({ user, password, ...(permissions ? { permissions } : {}) })

/** What outsiders reach: the door's open subjects, the micro services, and their discovery, to which many may answer. */
const services: readonly { readonly subject: string; readonly many?: true }[] = [
  ...openDoorSubjects(catalogue).map((subject) => ({ subject })),
  { subject: 'cortex.>' },
  { subject: '$SRV.>', many: true },
]

/**
 * Gives the system's account what an earlier version stored, which knew no accounts; `left` where both have something, because that
 * version ran again meanwhile. The server must not run.
 */
export const adoptStore = (storeDir: string): 'adopted' | 'left' | 'nothing' => {
  const before = join(storeDir, 'jetstream', WITHOUT_ACCOUNTS)
  const now = join(storeDir, 'jetstream', SYSTEM)
  if (!existsSync(before)) return 'nothing'
  if (existsSync(now)) return 'left'
  renameSync(before, now)
  return 'adopted'
}
