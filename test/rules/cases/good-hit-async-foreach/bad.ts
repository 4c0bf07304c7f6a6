async function sendAll(mails: string[]) {
  mails.forEach(async (mail) => {
    await send(mail)
  })
}
