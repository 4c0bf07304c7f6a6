import { openDoorSubjects } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'

/** Who may do what on the embedded bus, as nats-server configuration. */

/** The streams that `inspector` may read. */
export const readableStreams = ['EVENTS', 'MEMORY', 'LIVE', 'DLQ'] as const

export interface Permissions {
  publish: { allow: string[]; deny?: string[] }
  subscribe: { allow: string[]; deny?: string[] }
}

/** The door's open subjects, the micro services, and which account one is in; replies only. */
export function outsiderPermissions(): Permissions {
  return {
    publish: { allow: [...openDoorSubjects(catalogue), '$SRV.>', 'cortex.>', '$SYS.REQ.USER.INFO'] },
    subscribe: { allow: ['_INBOX.>'] },
  }
}

/**
 * Reading the streams by consumers of its own. A consumer's name is a part of the API subject, and creating one under a name that
 * exists changes that one: so the names of the functions' durables are denied one by one, in every subject that carries a name.
 * The subject without a name is not allowed at all: there the name in the body counts, and it does change a durable (2.15.1).
 * The Node client uses that one for an ordered consumer whose `filter_subjects` is an array; a single text is fine.
 */
export function inspectorPermissions(functionConsumers: readonly string[]): Permissions {
  const wrong = functionConsumers.filter((name) => !/^[A-Za-z0-9_-]+$/.test(name))
  if (wrong.length > 0) throw new Error(`no names of consumers: ${wrong.join(', ')}`)
  const allow = ['$JS.API.INFO', '$JS.API.STREAM.NAMES', '$JS.API.STREAM.LIST', ...readableStreams.flatMap(readSubjects)]
  const deny = readableStreams.flatMap((stream) => functionConsumers.flatMap((name) => consumerSubjects(stream, name)))
  return {
    publish: deny.length > 0 ? { allow, deny } : { allow },
    subscribe: { allow: ['_INBOX_inspector.>'] },
  }
}

function readSubjects(stream: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.API.CONSUMER.NAMES.${stream}`,
    `$JS.API.CONSUMER.LIST.${stream}`,
    `$JS.API.CONSUMER.INFO.${stream}.*`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.*`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
    `$JS.FC.${stream}.>`,
    `$JS.ACK.${stream}.>`,
    `$JS.ACK.*.*.${stream}.>`, // with domain and account, the form of nats-server 2.15
  ]
}

function consumerSubjects(stream: string, name: string): string[] {
  return [
    `$JS.API.CONSUMER.CREATE.${stream}.${name}`,
    `$JS.API.CONSUMER.CREATE.${stream}.${name}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.${name}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
    `$JS.FC.${stream}.${name}.>`,
    `$JS.ACK.${stream}.${name}.>`,
    `$JS.ACK.*.*.${stream}.${name}.>`,
  ]
}
