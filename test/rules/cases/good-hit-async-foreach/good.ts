async function sendAll(mails: string[]) {
  for (const mail of mails) await send(mail)
  mails.forEach((mail) => count(mail))
}
