import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { type AddressRule, checkedLookup } from '../../gateway/http/public-address.ts'

export interface Posting {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Judges the address at the moment of the connection. */
  readonly isAllowed: AddressRule
  readonly signal: AbortSignal
}

/**
 * Posts once, over a connection of its own, and follows no redirect; the answer's body is dropped.
 * Throws what the connection throws, `ClosedAddress` where the name leads to a closed one, and `signal.reason` when aborted.
 */
export const post = async ({
  url,
  headers,
  body,
  isAllowed,
  signal,
}: Posting): Promise<Pick<IncomingMessage, 'headers'> & { status: number }> => {
  const bytes = Buffer.from(body)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': String(bytes.length) },
        lookup: checkedLookup(isAllowed),
        agent: false,
        signal,
      },
      resolve,
    )
      .on('error', (error) => reject(signal.aborted ? signal.reason : error))
      .end(bytes)
  })
  // It may break off while it is thrown away, which is of no interest.
  response.on('error', () => undefined).destroy()
  return { status: response.statusCode ?? 0, headers: response.headers }
}
