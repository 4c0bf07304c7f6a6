import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayContext } from '../../http/gateway-app.ts'

export type FormValues = Readonly<Record<string, string>>

/** What a person sent that was refused: it stays in the form. */
export interface Tried {
  readonly action: string
  readonly values: FormValues
}

const TYPE = 'application/x-www-form-urlencoded'
/** Fields of a form; ours have fewer, and to take a million of them apart holds everybody up. */
const MOST_FIELDS = 50

/** The texts of a form. Lines end as everywhere else, not as forms send them. Throws `RequestFault` 400, and 415 where it is none. */
export const textsOf = async ({ req }: GatewayContext): Promise<FormValues> => {
  const text = await req.text()
  if (text === '') return {}
  if (!req.header('content-type')?.toLowerCase().startsWith(TYPE)) throw new RequestFault(415, [`a form comes as ${TYPE}`])
  if (text.split('&').length > MOST_FIELDS) throw new RequestFault(400, [`a form has ${MOST_FIELDS} fields at most`])
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, value.replaceAll('\r\n', '\n')]))
}
