import { randomBytes } from 'node:crypto'

export function openSession(user: string) {
  const sessionToken = randomBytes(32).toString('hex')
  return { user, sessionToken }
}
