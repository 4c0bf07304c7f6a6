import { z } from 'zod'
import { TranslatedFields } from '../../domain/choices.ts'
import { Duration } from './duration-schema.ts'

/** The ends of a task, and a plan that waits for a person: what others are told of. */
export const ToldEvents = ['task.completed', 'task.failed', 'task.escalated', 'task.cancelled', 'gate.opened'] as const

const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a name has letters, digits, "_" and "-", 64 at most')
const Header = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'a name of a header has letters, digits and "-"')
const Template = z.string().max(20_000)
const Variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable is named with letters, digits and "_"')
const WebUrl = z.url({ protocol: /^https?$/ })

/** Which events make a task, and what it says. In templates `{{a.b}}` is a value of the event, `{{a.b | else}}` has a fallback. */
const Mapping = z.strictObject({
  when: z.record(z.string(), z.array(z.string()).min(1)).default({}).describe('path of the event and the values it may have'),
  title: Template.min(1),
  description: Template.default(''),
  category: Template.default(''),
  priority: Template.default('').describe('critical, high, medium, low, or 1, 3, 5, 7; anything else is medium'),
  project: Template.default(''),
  workflow: Template.default('').describe('change or answer'),
  type: Template.default(''),
  depends_on: z.array(Template).default([]).describe('ids of tasks'),
  callback_url: Template.default('').describe('taken from the event only where this says so'),
  metadata: z.record(z.string(), Template).default({}),
  words: z
    .partialRecord(z.enum(TranslatedFields), z.record(z.string(), z.string()))
    .default({})
    .describe("the sender's words and ours, for each field"),
})
export type MappingConfig = z.infer<typeof Mapping>

const Incoming = z.strictObject({
  kind: z.enum(['standard', 'github', 'alertmanager', 'hmac', 'bearer']),
  secret_env: Variable.describe('name of the variable with the secret, or with the public key (whpk_...) of a standard source'),
  old_secret_env: Variable.optional().describe('the secret before, while the sender changes over'),
  signed: z.enum(['hmac', 'bearer']).optional().describe('how an alertmanager source proves itself; default: bearer'),
  header: Header.optional().describe('where signature or token stand; default: x-signature, or authorization'),
  prefix: z.string().max(50).optional().describe('what stands before them; default: nothing, or "Bearer "'),
  algorithm: z.enum(['sha256', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  content: z
    .string()
    .max(200)
    .default('{{body}}')
    .describe('what the signature is over, of {{timestamp}}, {{id}} and {{body}}, e.g. "{{timestamp}}.{{body}}"'),
  timestamp_header: Header.optional().describe('seconds or milliseconds since 1970, signed as a part of `content`'),
  window: Duration.default('5m').describe('how far the timestamp may be from our clock'),
  event_header: Header.optional().describe('{{$event}} in templates; default: x-github-event for github'),
  delivery_header: Header.optional().describe('the id of a delivery; default: webhook-id, x-github-delivery'),
  delivery: Template.default('').describe('the id of a delivery from the event itself; with neither it is the hash of the body'),
  each: z.string().max(200).default('').describe('path of a list in the event: each of it makes a task; default: alerts for alertmanager'),
  tasks: z.array(Mapping).default([]).describe('the first one that fits makes the task; what none fits is ignored'),
})
export type IncomingConfig = z.infer<typeof Incoming>

const Outgoing = z.strictObject({
  url: WebUrl,
  secret_env: Variable.describe('name of the variable with the secret, "whsec_" and base64 of 24 to 64 bytes'),
  old_secret_env: Variable.optional().describe('the secret before; what is sent is signed with both'),
  events: z
    .array(z.enum(ToldEvents))
    .min(1)
    .default([...ToldEvents]),
  allow_private: z.boolean().default(false).describe('it may be at a loopback or private address'),
})
export type OutgoingConfig = z.infer<typeof Outgoing>

/** `[gateway.webhooks]`: who may send us events and whom we tell. */
export const WebhooksSchema = z.strictObject({
  in: z.record(Name, Incoming).default({}).describe('POST /hooks/<name>'),
  out: z.record(Name, Outgoing).default({}).describe('who is told of what becomes of tasks, as Standard Webhooks'),
  callback_secret_env: Variable.optional().describe("signs what is sent to a task's own callback URL; without it that is unsigned"),
  callback_events: z
    .array(z.enum(ToldEvents))
    .min(1)
    .default([...ToldEvents]),
  callback_allow_private: z.boolean().default(false).describe("a task's own callback URL may be at a loopback or private address"),
})
export type WebhooksConfig = z.infer<typeof WebhooksSchema>
