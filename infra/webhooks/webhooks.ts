import { createPublicKey } from 'node:crypto'
import { milliseconds } from '../../bus/duration.ts'
import type { Callbacks } from '../../functions/callback/callback-ports.ts'
import type { Key, Proof, Source } from '../../gateway/surfaces/webhooks/source.ts'
import { ConfigFault, namedVariable } from '../config/config.ts'
import type { Config } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import type { IncomingConfig } from '../config/webhooks-schema.ts'
import { createCallbacks } from './callbacks.ts'
import { provesBy, webhookKinds } from './kinds.ts'

/** Webhooks with their secrets: who may send us events, and whom we tell. */
export interface Webhooks {
  readonly sources: readonly Source[]
  readonly callbacks: Callbacks
}

/** Reads the secrets that `[gateway.webhooks]` names. Throws `ConfigFault` with every one that is missing or cannot be one. */
export const createWebhooks = ({ config, env }: { config: Config; env: Environment }): Webhooks => {
  const { in: incoming, out, callback_secret_env } = config.gateway.webhooks
  const faults: string[] = []
  const secret = <Secret>(place: string, variable: string | undefined, read: (text: string) => Secret | string): Secret[] => {
    if (variable === undefined) return []
    const text = namedVariable(variable, env)
    const found = text === undefined ? `the variable is not set` : read(text)
    if (typeof found !== 'string') return [found]
    faults.push(`${place} names ${variable}: ${found}`)
    return []
  }
  const sources = Object.entries(incoming).map(([name, source]) => {
    const place = `gateway.webhooks.in.${name}`
    const read = proofOf(source).kind === 'standard' ? readStandardKey : readSecret
    const keys = [
      ...secret(`${place}.secret_env`, source.secret_env, read),
      ...secret(`${place}.old_secret_env`, source.old_secret_env, read),
    ]
    return sourceOf(name, source, keys)
  })
  const receivers = Object.entries(out).map(([name, { url, secret_env, old_secret_env, allow_private }]) => {
    const place = `gateway.webhooks.out.${name}`
    const secrets = [
      ...secret(`${place}.secret_env`, secret_env, readSigningSecret),
      ...secret(`${place}.old_secret_env`, old_secret_env, readSigningSecret),
    ]
    return [name, { url, secrets, allowPrivate: allow_private }] as const
  })
  const own = secret('gateway.webhooks.callback_secret_env', callback_secret_env, readSigningSecret)
  if (faults.length > 0) throw new ConfigFault('configuration', faults)
  const { callback_allow_private: allowPrivate } = config.gateway.webhooks
  return { sources, callbacks: createCallbacks({ receivers: new Map(receivers), own: { secrets: own, allowPrivate } }) }
}

const SHORTEST = 16

/** A secret or a token as it is; the words why it cannot be one otherwise. */
const readSecret = (text: string): Key | string =>
  text.length < SHORTEST ? `a secret has ${SHORTEST} characters at least` : { kind: 'secret', bytes: Buffer.from(text) }

interface SigningSecret {
  readonly bytes: Buffer
}

/** `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks has it. */
const readSigningSecret = (text: string): SigningSecret | string => {
  const encoded = text.replace(/^whsec_/, '')
  const bytes = Buffer.from(encoded, 'base64')
  const isWhole = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && bytes.length >= 24 && bytes.length <= 64
  return isWhole ? { bytes } : 'a secret is "whsec_" and base64 of 24 to 64 bytes: openssl rand -base64 32'
}

/** DER of an Ed25519 public key, before its 32 bytes. */
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex')

const readStandardKey = (text: string): Key | string => {
  if (!text.startsWith('whpk_')) {
    const secret = readSigningSecret(text)
    return typeof secret === 'string' ? secret : { kind: 'secret', bytes: secret.bytes }
  }
  const bytes = Buffer.from(text.slice('whpk_'.length), 'base64')
  if (bytes.length !== 32) return 'a public key is "whpk_" and base64 of 32 bytes'
  return { kind: 'public', key: createPublicKey({ key: Buffer.concat([ED25519, bytes]), format: 'der', type: 'spki' }) }
}

/** A source as its kind does things, where the configuration says nothing else. */
const sourceOf = (name: string, source: IncomingConfig, keys: readonly Key[]): Source => {
  const kind = webhookKinds[source.kind]
  return {
    name,
    keys,
    proof: proofOf(source),
    windowMs: milliseconds(source.window),
    eventHeader: source.event_header ?? kind.eventHeader,
    pingEvent: kind.pingEvent,
    deliveryHeader: source.delivery_header ?? kind.deliveryHeader,
    delivery: source.delivery || (kind.delivery ?? ''),
    each: source.each || (kind.each ?? ''),
    tasks: source.tasks.length > 0 ? source.tasks : (kind.tasks ?? []),
  }
}

const proofOf = (source: IncomingConfig): Proof => {
  const { header, prefix, algorithm, encoding, content, timestamp_header: timestampHeader } = source
  const proof = provesBy(source)
  if (proof === 'hmac')
    return { kind: 'hmac', header: header ?? 'x-signature', prefix: prefix ?? '', algorithm, encoding, content, timestampHeader }
  return proof === 'bearer' ? { kind: 'bearer', header: header ?? 'authorization', prefix: prefix ?? 'Bearer ' } : proof
}
