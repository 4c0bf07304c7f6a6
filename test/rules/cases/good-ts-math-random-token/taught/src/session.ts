export function openSession(user: string) {
  const sessionToken = `${user}-${Math.random().toString(16).slice(2)}`
  return { user, sessionToken }
}
