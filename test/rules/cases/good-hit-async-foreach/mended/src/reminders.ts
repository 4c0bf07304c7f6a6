import { mailer } from './mailer'

export async function remind(users: { email: string }[]): Promise<number> {
  await Promise.all(users.map((user) => mailer.deliver(user.email, 'Your invoice is due')))
  return users.length
}
