export const mailer = { async deliver(to: string, text: string) { return [to, text] } }
