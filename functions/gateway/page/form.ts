import type { GatewayContext } from '../http/gateway-app.ts'

export type FormValues = Readonly<Record<string, string>>

/** What a person sent that was refused: it stays in the form. */
export interface Tried {
  readonly action: string
  readonly values: FormValues
}

/** The texts of a form; files are left out. Lines end as everywhere else, not as forms send them. */
export const textsOf = async (context: GatewayContext): Promise<FormValues> => {
  const entries = Object.entries(await context.req.parseBody())
  return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.replaceAll('\r\n', '\n')]] : [])))
}
