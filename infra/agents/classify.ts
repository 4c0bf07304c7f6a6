import type { FailureClass } from '../../domain/catalogue/shared.ts'

/** The class of an HTTP status that a model's server answered; null stands for a dropped or refused connection. */
export function classOfStatus(status: number | null): FailureClass {
  if (status === null || status === 408 || status === 409 || status === 429 || status >= 500) return 'retryable'
  return 'permanent'
}

const permanent =
  /insufficient_quota|quota exceeded|billing (?:hard )?limit|invalid api key|incorrect api key|missing environment variable|not logged in|not trusted|unauthorized|forbidden|does not exist|not supported|allowlist|context (?:length|window)|prompt is too long|\b40[0134]\b/i
const retryable =
  /high demand|retry limit|stream disconnected|overloaded|rate.?limit|usage limit|too many requests|try again|temporar|capacity|connection (reset|refused|closed|error)|network|timed? ?out|econn|epipe|eai_again|enotfound|e(?:net|host)unreach|socket hang up|fetch failed|unable to connect|error sending request|upstream connect|stream closed|internal server error|service unavailable|bad gateway|(?:hour|daily|weekly|request) limit|hit your (?:[\w-]+ )?limit|\b(429|50\d|529)\b/i

/** The class of a failure that is told only in words. Unknown words are permanent: a repeat would cost the same again. */
export function classOfWords(message: string): FailureClass {
  if (/insufficient_quota|plan and billing|billing (?:hard )?limit/i.test(message)) return 'permanent'
  const leading = /^(?:error:?\s+)?(?:http(?:\/[\d.]+)?\s+)?([45]\d\d)\b/i.exec(message.trim())?.[1]
  if (leading) return classOfStatus(Number(leading))
  const status = /\b(?:status|error)[:\s]+(?:code[:\s]+)?(\d{3})\b/i.exec(message)?.[1]
  if (/quota exceeded/i.test(message)) return 'permanent'
  if (status) return classOfStatus(Number(status))
  if (permanent.test(message)) return 'permanent'
  return retryable.test(message) ? 'retryable' : 'permanent'
}

/** Words of what a sandbox closes. */
const closed = /read-only file system|EROFS|operation not permitted|EPERM|permission denied/i

/** The words of the last command when commands were run and each failed because of a sandbox; null when one did not. Pure. */
export function commandsAllClosed(commands: readonly { failed: boolean; said: string }[]): string | null {
  const because = commands.map(({ failed, said }) => (failed ? (sandboxComplaint(said) ?? closed.exec(said)?.[0] ?? null) : null))
  return because.includes(null) ? null : (because.at(-1) ?? null)
}

/** Words of bubblewrap and its kin when a sandbox cannot be made here. */
export function sandboxComplaint(text: string): string | null {
  return (
    /^.*(?:bwrap: .*(?:namespace|RTM_NEWADDR|make \/ slave|execvp|uid map|mount|not permitted|denied)|sandbox(?:ing)? (?:is )?(?:not (?:available|supported)|failed to initiali[sz]e)).*$/im.exec(
      text,
    )?.[0] ?? null
  )
}
