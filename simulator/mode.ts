import { z } from 'zod'

/** How the whole page behaves until told otherwise. Times are milliseconds. */

const model = z.strictObject({
  slug: z.string(),
  name: z.string(),
  /** A row that is shown and cannot be chosen, with its notice. */
  disabledNotice: z.string().optional(),
})

export const modeSchema = z.strictObject({
  /** Strong: a page of its own with #challenge-form. Weak: the normal page with the challenge's script tag alone. No `ms`: until cleared. */
  challenge: z.strictObject({ signal: z.enum(['strong', 'weak']).default('strong'), ms: z.int().positive().optional() }).nullable(),
  /** The page that says the account was blocked for suspicious activity. */
  blocked: z.boolean(),
  /** Dialog on load, and every send is refused. No `ms`: until cleared. */
  rateLimited: z.strictObject({ ms: z.int().positive().optional(), resetText: z.string().optional() }).nullable(),
  locale: z.enum(['en', 'de', 'fr', 'ja']),
  upload: z.strictObject({
    /** How long a chip loads. */
    ms: z.int().min(0).default(200),
    outcome: z.enum(['ready', 'failed']).default('ready'),
    /** More is refused with an alert. */
    maxBytes: z.int().positive().default(20_000_000),
  }),
  /** Longest prompt, in characters; a longer one is refused with an alert. */
  messageLimit: z.int().positive(),
  models: z.array(model).min(1),
  efforts: z.array(z.string()),
  effortControl: z.enum(['slider', 'pills', 'none']),
  /** The slug that the page shows after any choice in the menu. */
  downgradeTo: z.string().nullable(),
  /** The Chat / Work switch over the composer, and where it stands. */
  workSwitch: z.enum(['absent', 'chat', 'work']),
  /** A dialog over everything until "Not now" is clicked. */
  marketing: z.boolean(),
  copyBy: z.enum(['writeText', 'write']),
  /** Delay of each answer of the server. */
  slow: z.strictObject({ requestMs: z.int().min(0).default(0), assetMs: z.int().min(0).default(0) }),
})

export type Mode = z.infer<typeof modeSchema>

/** What may be sent to change it: any of the fields; what is not named stays. */
export const modeChangeSchema = modeSchema.partial()
export type ModeChange = z.input<typeof modeChangeSchema>

export const defaultMode: Mode = {
  challenge: null,
  blocked: false,
  rateLimited: null,
  locale: 'en',
  upload: { ms: 200, outcome: 'ready', maxBytes: 20_000_000 },
  messageLimit: 100_000,
  models: [
    { slug: 'stand-in-instant', name: 'Instant' },
    { slug: 'stand-in-thinking', name: 'Thinking' },
    { slug: 'stand-in-pro', name: 'Pro' },
  ],
  efforts: ['Light', 'Standard', 'Extended', 'Heavy'],
  effortControl: 'slider',
  downgradeTo: null,
  workSwitch: 'absent',
  marketing: false,
  copyBy: 'writeText',
  slow: { requestMs: 0, assetMs: 0 },
}
