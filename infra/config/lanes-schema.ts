import { z } from 'zod'
import { Lane, Purpose } from '../../domain/catalogue/shared.ts'
import { Duration } from './duration-schema.ts'

/** The parked states of a lane and how long they last when the page names no time of its own. */
const Cooldowns = z.strictObject({
  auth_required: Duration.default('5m'),
  challenge: Duration.default('90s'),
  rate_limited: Duration.default('45s'),
  degraded: Duration.default('15s'),
})

export type BrowserLaneConfig = z.infer<typeof BrowserLane>
const BrowserLane = z.strictObject({
  site: z.string().default('chatgpt').describe('a pack in browser-worker/sites, or the path of one, relative to this file'),
  url: z.url().optional().describe("another address than the pack's, e.g. the stand-in page's"),
  profile: z
    .string()
    .optional()
    .describe('folder of the signed-in browser profile; CORTEX_AUTH_DIR wins; default: auth in the data folder'),
  window: z
    .enum(['hidden', 'visible', 'headless'])
    .default('hidden')
    .describe(
      'hidden: a real window on a display of its own (Xvfb); headless where there is none. DEBUG_SHOW_BROWSER=true makes it visible',
    ),
  browser: z.string().optional().describe('the program; CORTEX_BROWSER wins; default: the Chromium or Chrome that is found'),
  sandbox: z.boolean().optional().describe("Chromium's own sandbox; default: on, but off for root, for whom it cannot be on"),
  model: z.string().optional().describe('as the page names it; default: what is chosen there'),
  effort: z.string().optional(),
  family: z
    .string()
    .optional()
    .describe('whose model answers: nobody reviews what an agent of the same family wrote; default: what the pack says'),
  conversation: z
    .enum(['new', 'temporary'])
    .default('new')
    .describe('temporary ones leave no trace, and so cannot be found again after a crash'),
  deadline: Duration.default('20m').describe('for an answer, from the send'),
  hold: Duration.default('6h').describe('how long a job waits for a lane that is parked or cools down'),
  depth: z.int().min(1).default(120).describe('jobs that may wait; more are told to come again'),
  cooldown: Cooldowns.prefault({}),
  models: z.array(z.string()).default([]).describe('names that the model proxy offers beside "cortex", each as the page names it'),
})

/** `[lanes]`: over what is thought. */
export const LanesSchema = z.strictObject({
  order: z.array(Lane).min(1).default(['browser', 'cli', 'api']),
  purpose: z.partialRecord(Purpose, Lane).default({}),
  browser: BrowserLane.optional().describe('a signed-in chat page in one browser tab; without this section there is no such lane'),
  api: z
    .strictObject({
      url: z.url().describe('an OpenAI-compatible base URL, with /v1'),
      model: z.string(),
      key_env: z.string().optional().describe('name of the variable that holds the key'),
      family: z.string().optional().describe('whose model it is: nobody reviews what an agent of the same family wrote'),
      input_usd_per_mtok: z.number().nonnegative().optional(),
      output_usd_per_mtok: z.number().nonnegative().optional(),
    })
    .optional(),
})
