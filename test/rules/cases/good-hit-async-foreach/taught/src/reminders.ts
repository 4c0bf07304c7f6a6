import { mailer } from './mailer'

export async function remind(users: { email: string }[]): Promise<number> {
  users.forEach(async (user) => {
    await mailer.deliver(user.email, 'Your invoice is due')
  })
  return users.length
}
