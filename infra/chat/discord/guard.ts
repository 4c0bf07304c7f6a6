import { RequestFault } from '../../../bus/define-service.ts'
import { isSameSecret } from '../../../bus/same-secret.ts'

/** How old a signed request may be: the adapter does not look at its time. */
const WINDOW_MS = 5 * 60_000

/**
 * Refuses an old request that is played again, and whoever claims to be our listener without the bot's token. Throws `RequestFault` 401.
 */
export const discordGuard =
  (token: string) =>
  (headers: Headers, now: Date): void => {
    const shown = headers.get('x-discord-gateway-token')
    if (shown !== null) {
      if (!isSameSecret(shown, token)) throw new RequestFault(401, ['discord: this is not our listener'])
      return
    }
    const sent = Number(headers.get('x-signature-timestamp')) * 1000
    if (!Number.isFinite(sent) || Math.abs(now.getTime() - sent) > WINDOW_MS)
      throw new RequestFault(401, ['discord: the signature is of another time'])
  }
