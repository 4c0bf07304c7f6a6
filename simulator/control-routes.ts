import { z } from 'zod'
import { factsOf, findSession, queueScripts, reset, setDefaultScript, setDraft, setMode, signEverybodyOut } from './control.ts'
import { type Call, type Routes, readJson, sendJson } from './messages.ts'
import { modeChangeSchema } from './mode.ts'
import { scriptSchema } from './script.ts'

/** The control surface under `/simulator`; its answers are JSON. */

/** What only the server itself can do to its connections. */
export interface Network {
  dropConnections(): void
  goDown(ms: number): Promise<void>
}

const scriptsBody = z.union([
  z.array(scriptSchema),
  z.strictObject({ next: z.array(scriptSchema).default([]), default: scriptSchema.optional() }),
])
const draftBody = z.strictObject({ text: z.string(), conversation: z.string().optional() })
const networkBody = z.union([z.strictObject({ drop: z.literal(true) }), z.strictObject({ downMs: z.int().positive() })])

const takeScripts = async (call: Call): Promise<void> => {
  const body = scriptsBody.parse(await readJson(call.request))
  const { next, default: always } = Array.isArray(body) ? { next: body, default: undefined } : body
  queueScripts(call.world, next)
  if (always) setDefaultScript(call.world, always)
  sendJson(call, { queued: call.world.state.scripts.length })
}

const takeMode = async (call: Call): Promise<void> => {
  setMode(call.world, modeChangeSchema.parse(await readJson(call.request)))
  sendJson(call, call.world.state.mode)
}

const takeDraft = async (call: Call): Promise<void> => {
  const { text, conversation } = draftBody.parse(await readJson(call.request))
  setDraft(call.world, text, conversation)
  sendJson(call, {})
}

/** Answers first, so that the word gets through before the connection goes. */
const takeNetwork = async (call: Call, network: Network): Promise<void> => {
  const body = networkBody.parse(await readJson(call.request))
  call.response.on('finish', () => {
    if ('drop' in body) network.dropConnections()
    else void network.goDown(body.downMs)
  })
  sendJson(call, {})
}

export const controlRoutes = (network: Network): Routes => ({
  'GET /simulator/facts': (call) => sendJson(call, factsOf(call.world)),
  'GET /simulator/mode': (call) => sendJson(call, call.world.state.mode),
  'POST /simulator/script': takeScripts,
  'POST /simulator/mode': takeMode,
  'POST /simulator/draft': takeDraft,
  'POST /simulator/sign-out': (call) => {
    signEverybodyOut(call.world)
    sendJson(call, {})
  },
  'POST /simulator/sign-in': (call) => {
    findSession(call.world)
    sendJson(call, {})
  },
  'POST /simulator/network': (call) => takeNetwork(call, network),
  'POST /simulator/reset': (call) => {
    reset(call.world)
    sendJson(call, {})
  },
})
