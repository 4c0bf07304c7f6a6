/** Text for a report: addresses of mail, long tokens and long numbers are blotted out, and no more than `limit` characters are kept. */
export const redact = (text: string, limit: number): string =>
  text
    .replace(/[^\s@]+@[^\s@]+\.[^\s@]+/gu, '(mail)')
    .replace(/\b(?=[\w.-]*\d)[\w.-]{20,}\b/gu, '(token)')
    .replace(/\b\d{6,}\b/gu, '(number)')
    .slice(0, limit)
