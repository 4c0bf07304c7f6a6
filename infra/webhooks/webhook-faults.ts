import { milliseconds } from '../../bus/duration.ts'
import { closedHost, isPublicAddress } from '../../gateway/http/public-address.ts'
import { faultOfTemplate } from '../../gateway/surfaces/webhooks/template.ts'
import { unknownInContent } from '../../gateway/surfaces/webhooks/verify.ts'
import { dotted } from '../config/faults.ts'
import type { IncomingConfig, MappingConfig, OutgoingConfig, WebhooksConfig } from '../config/webhooks-schema.ts'
import { provesBy, webhookKinds } from './kinds.ts'

/** What is wrong with `[gateway.webhooks]` only in the light of another setting. Pure. */
export const webhookFaults = ({ gateway: { webhooks } }: { readonly gateway: { readonly webhooks: WebhooksConfig } }): string[] => [
  ...Object.entries(webhooks.in).flatMap(([name, source]) => sourceFaults(dotted(['gateway', 'webhooks', 'in', name]), source)),
  ...Object.entries(webhooks.out).flatMap(([name, receiver]) => receiverFaults(dotted(['gateway', 'webhooks', 'out', name]), receiver)),
]

const sourceFaults = (place: string, source: IncomingConfig): string[] => [
  ...(source.tasks.length === 0 && !webhookKinds[source.kind].tasks
    ? [`${place} makes no tasks: say in [[${place}.tasks]] what they are called`]
    : []),
  ...(source.signed && !webhookKinds[source.kind].mayBeSigned ? [`${place}.signed is for kind ${signedKinds} alone`] : []),
  ...proofFaults(place, source),
  ...templateFaults(`${place}.delivery`, source.delivery),
  ...source.tasks.flatMap((mapping, index) => mappingFaults(`${place}.tasks[${index}]`, mapping)),
]

const signedKinds = Object.entries(webhookKinds)
  .flatMap(([name, { mayBeSigned }]) => (mayBeSigned ? [`"${name}"`] : []))
  .join(' and ')

const proofFaults = (place: string, source: IncomingConfig): string[] => {
  const { content, timestamp_header, delivery_header } = source
  const proof = provesBy(source)
  const fixed = (['header', 'prefix', 'timestamp_header'] as const).filter((key) => source[key] !== undefined)
  if (proof !== 'hmac' && timestamp_header !== undefined) return [`${place}.timestamp_header is for signatures of kind "hmac" alone`]
  if (typeof proof === 'object') return fixed.map((key) => `${place}.${key} is laid down by kind "${source.kind}"; leave it out`)
  if (proof !== 'hmac') return []
  const has = (name: string): boolean => new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(content)
  return [
    ...unknownInContent(content).map(
      (name) => `${place}.content has {{${name}}}, but only {{timestamp}}, {{id}} and {{body}} are known there`,
    ),
    ...(has('body') ? [] : [`${place}.content has no {{body}}: anything could be sent under one signature`]),
    ...(has('timestamp') === (timestamp_header !== undefined)
      ? []
      : [`${place}: timestamp_header and {{timestamp}} in content belong together: a time that is not signed proves nothing`]),
    ...(has('id') && delivery_header === undefined
      ? [`${place}.content has {{id}}, but delivery_header does not say where it stands`]
      : []),
    ...(milliseconds(source.window) === 0 ? [`${place}.window is "${source.window}", but must be longer than nothing`] : []),
  ]
}

const mappingFaults = (place: string, mapping: MappingConfig): string[] => {
  const { when: _, words: __, depends_on, metadata, ...fields } = mapping
  return [
    ...Object.entries(fields).flatMap(([name, template]) => templateFaults(`${place}.${name}`, template)),
    ...depends_on.flatMap((template, index) => templateFaults(`${place}.depends_on[${index}]`, template)),
    ...Object.entries(metadata).flatMap(([name, template]) => templateFaults(`${place}.metadata.${name}`, template)),
  ]
}

const templateFaults = (place: string, template: string): string[] => {
  const fault = faultOfTemplate(template)
  return fault ? [`${place}: ${fault}`] : []
}

const receiverFaults = (place: string, { url: text, allow_private }: OutgoingConfig): string[] => {
  const url = URL.parse(text)
  if (!url) return [`${place}.url is no URL`]
  const closed = allow_private ? undefined : closedHost(url, isPublicAddress)
  return [
    ...(url.username || url.password ? [`${place}.url has a name or a password in it, which is never sent: what is sent is signed`] : []),
    ...(closed ? [`${place}.url ${closed}: say allow_private = true if that is meant`] : []),
  ]
}
