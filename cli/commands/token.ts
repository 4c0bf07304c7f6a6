import { join } from 'node:path'
import { Scopes } from '../../gateway/http/scopes.ts'
import { openTokens, type TokenStore } from '../../infra/app/tokens.ts'
import type { Given, RunCommand } from '../command.ts'
import { CommandFault, Exit } from '../fault.ts'
import { table } from '../render.ts'
import type { Terminal } from '../terminal.ts'
import { dataDirFor } from '../where.ts'

/** Tokens for the gateway: they are kept beside the system's data and need no running system. */
const token: RunCommand = async (given, terminal) => {
  const [action = '', name = ''] = given.words
  const dataDir = dataDirFor({ data: given.value('data'), cwd: process.cwd() }) ?? join(process.cwd(), '.cortex')
  const tokens = openTokens(dataDir)
  if (action === '' || action === 'list') list(tokens, terminal)
  else if (name === '') throw new CommandFault(Exit.usage, [`which one? cortex token ${action} <name>`])
  else if (action === 'create') create(tokens, name, given, terminal)
  else revoke(tokens, name, terminal)
  return Exit.done
}
export default token

const create = (tokens: TokenStore, name: string, given: Given, terminal: Terminal): void => {
  const words = (given.value('scopes') ?? 'create,read').split(',')
  const scopes = Scopes.filter((scope) => words.includes(scope))
  if (tokens.list().some((record) => record.name === name && !record.revokedAt))
    throw new CommandFault(Exit.usage, [`there is a token "${name}" already: revoke it first, or choose another name`])
  const made = tokens.create(name, scopes, new Date())
  terminal.result(
    { name, scopes, token: made },
    `${made}\n\nIt may ${scopes.join(', ')} in the name "${name}", and is not shown again.\nUse: Authorization: Bearer <token>`,
  )
}

const list = (tokens: TokenStore, terminal: Terminal): void => {
  const all = tokens
    .list()
    .map(({ name, scopes, createdAt, revokedAt }) => ({ name, scopes, created_at: createdAt, revoked_at: revokedAt ?? null }))
  const rows = all.map(({ name, scopes, created_at, revoked_at }) => [name, scopes.join(','), created_at, revoked_at ?? ''])
  terminal.result(
    { tokens: all },
    all.length === 0 ? terminal.typed('no tokens: cortex token create <name>') : table([['NAME', 'SCOPES', 'CREATED', 'REVOKED'], ...rows]),
  )
}

const revoke = (tokens: TokenStore, name: string, terminal: Terminal): void => {
  if (!tokens.revoke(name, new Date())) throw new CommandFault(Exit.usage, [`there is no valid token "${name}": cortex token lists them`])
  terminal.result({ name, revoked: true }, `the token "${name}" is revoked; a running system refuses it from now on`)
}
