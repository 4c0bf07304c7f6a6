import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { isSameSecret } from '../../bus/same-secret.ts'
import { type Scope, Scopes } from '../../gateway/http/scopes.ts'

/** A token as it is kept: what it opens and a digest, never the token itself. */
export interface TokenRecord {
  /** Stands on the facts that its requests lead to. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Sha256 of the token in hexadecimal: it is 256 random bits, so that nothing slower is needed. */
  readonly sha256: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly revokedAt?: string | undefined
}

const Tokens = z.array(
  z.strictObject({
    name: z.string(),
    scopes: z.array(z.enum(Scopes)),
    sha256: z.string(),
    createdAt: z.string(),
    revokedAt: z.string().optional(),
  }),
)

/** The tokens of a data folder: `tokens.json` in it (0600), which a running system reads again whenever it changes. */
export interface TokenStore {
  /** Makes one and returns it: it is shown this once. Throws an Error when the name is in use. */
  create(name: string, scopes: readonly Scope[], at: Date): string
  list(): readonly TokenRecord[]
  /** Says whether there was a valid one with this name. */
  revoke(name: string, at: Date): boolean
  /** Whose token it is; undefined for a wrong or revoked one. */
  verify(token: string): { readonly name: string; readonly scopes: readonly Scope[] } | undefined
}

/** Opens the store. Throws an Error with the file's name when it is damaged: nobody gets in by a broken file. */
export const openTokens = (dataDir: string): TokenStore => {
  const path = join(dataDir, 'tokens.json')
  let read: { stamp: string; records: readonly TokenRecord[] } = { stamp: '', records: [] }
  const records = (): readonly TokenRecord[] => {
    if (!existsSync(path)) return []
    const { mtimeMs, size, ino } = statSync(path)
    const stamp = `${mtimeMs} ${size} ${ino}`
    if (stamp !== read.stamp) read = { stamp, records: parse(path) }
    return read.records
  }
  return {
    create: (name, scopes, at) => {
      if (records().some((record) => record.name === name && !record.revokedAt)) throw new Error(`there is a token "${name}" already`)
      const token = `cortex_${randomBytes(32).toString('base64url')}`
      write(path, [...records(), { name, scopes, sha256: digest(token), createdAt: at.toISOString() }])
      return token
    },
    list: () => records(),
    revoke: (name, at) => {
      const isMeant = (record: TokenRecord): boolean => record.name === name && !record.revokedAt
      const found = records().some(isMeant)
      if (found)
        write(
          path,
          records().map((record) => (isMeant(record) ? { ...record, revokedAt: at.toISOString() } : record)),
        )
      return found
    },
    verify: (token) => {
      const given = digest(token)
      // Every one is compared, so that the time tells nothing.
      const fitting = records().filter(({ sha256 }) => isSameSecret(given, sha256))
      const valid = fitting.find(({ revokedAt }) => !revokedAt)
      return valid && { name: valid.name, scopes: valid.scopes }
    },
  }
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex')

const parse = (path: string): TokenRecord[] => {
  try {
    const records = Tokens.parse(JSON.parse(readFileSync(path, 'utf8')))
    if (records.some(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256))) throw new Error('a digest is none')
    return records
  } catch (error) {
    throw new Error(`${path} is damaged; mend or remove it, and make new tokens with "cortex token create"`, { cause: error })
  }
}

const write = (path: string, records: readonly TokenRecord[]): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.draft`
  writeFileSync(draft, `${JSON.stringify(records, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}
