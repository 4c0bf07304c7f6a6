import { z } from 'zod'

/** What one prompt meets. Every field has a default, so `{}` is a good answer after a short thought. Times are milliseconds. */

const thinking = z.strictObject({
  /** 0: no thinking at all. */
  ms: z.int().min(0).default(1_500),
  /** Shown one after the other in equal parts of the time; absent: those of the page's language. */
  labels: z.array(z.string()).optional(),
  /** The "Answer now" button inside the thinking block. */
  answerNow: z.boolean().default(true),
})

const streaming = z.strictObject({
  charactersPerSecond: z.number().positive().default(800),
  /** Text appears in steps of this length. */
  chunkMs: z.int().min(10).default(60),
})

const rateDialog = z.strictObject({
  /** Before: the prompt stays in the composer and is no turn. After: it is a turn that gets no answer. */
  when: z.enum(['before-commit', 'after-commit']).default('before-commit'),
  /** For example "Try again after 15:40." */
  resetText: z.string().optional(),
})

const error = z.strictObject({
  at: z.enum(['start', 'middle']).default('start'),
  /** Absent: "Something went wrong" in the page's language. */
  text: z.string().optional(),
})

export const scriptSchema = z.strictObject({
  /** Markdown; absent: what `startSimulator`'s `answer` says. */
  answer: z.string().optional(),
  /** From the receipt to the turn's place on the page. */
  commitMs: z.int().min(0).default(50),
  thinking: thinking.prefault({}),
  /** Markdown pieces that appear one by one while it thinks, and stay. */
  commentary: z.array(z.string()).default([]),
  commentaryPlace: z.enum(['inside', 'before']).default('inside'),
  streaming: streaming.prefault({}),
  actionBar: z.strictObject({ lateMs: z.int().min(0).default(0), missing: z.boolean().default(false) }).prefault({}),
  /** The finished answer has no text on the page until its copy button is used; the copy has it. */
  emptyUntilCopied: z.boolean().default(false),
  /** How long a new conversation's address is `/c/WEB:<id>`. */
  transientUrlMs: z.int().min(0).default(300),
  /** "Something went wrong" with a Retry button, before the first word or in mid-stream. A retry takes the next script. */
  error: error.optional(),
  rateDialog: rateDialog.optional(),
  /** The account is signed out this long after the receipt; the answer goes on and is there after a new login. */
  sessionLostAfterMs: z.int().min(0).optional(),
  /** The model that the page shows after the send, whatever was chosen. */
  downgradeTo: z.string().optional(),
  /** Thinks for ever. */
  stuck: z.boolean().default(false),
})

export type Script = z.infer<typeof scriptSchema>
export type ScriptInput = z.input<typeof scriptSchema>

const DIRECTIVE = /\[\[simulator (\{.*?\})\]\]/s

/**
 * The script for a prompt: a directive inside the prompt, as `[[simulator {"stuck":true}]]`, laid over the given one.
 * @throws Error when the directive is no JSON or names a field that does not exist.
 */
export const scriptFor = (prompt: string, given: ScriptInput): Script => {
  const directive = DIRECTIVE.exec(prompt)?.[1]
  return scriptSchema.parse(directive ? { ...given, ...JSON.parse(directive) } : given)
}
