import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { doorOf, isChallenged, sessionValue } from './door.ts'
import type { Click } from './facts.ts'
import { labelsOf } from './labels.ts'
import { streamSnapshots } from './live.ts'
import { type Call, RequestError, type Routes, readBytes, readJson, SESSION_COOKIE, sendJson, sessionCookieOf } from './messages.ts'
import type { Mode } from './mode.ts'
import { receivePrompt, retryExchange } from './sending.ts'
import { settleSessions } from './session.ts'
import { snapshotOf } from './snapshot.ts'
import { changeExchange, conversationOf, type State } from './state.ts'

/** What the page asks of its server. */

const sendBody = z.strictObject({
  text: z.string(),
  conversation: z.string().nullable(),
  files: z.array(z.string()),
  temporary: z.boolean(),
  work: z.boolean(),
})
const draftBody = z.strictObject({ conversation: z.string().nullable(), text: z.string() })
const selectionBody = z.strictObject({ model: z.string(), effort: z.string() }).partial()
const acts = z.enum(['retry', 'stop', 'answerNow', 'copy'])
const clicks = z.enum(['challenge', 'marketing'])

/** @throws RequestError unless the page is open to this browser. */
const requireOpen = ({ world, request }: Call): void => {
  settleSessions(world, Date.now())
  const door = doorOf(world.state, sessionCookieOf(request), Date.now())
  if (door !== 'open') throw new RequestError(door === 'login' ? 401 : 403, `the door is not open: ${door}`)
}

const counted = ({ clicks }: State, click: Click): Pick<State, 'clicks'> => ({ clicks: { ...clicks, [click]: clicks[click] + 1 } })

const boot = (call: Call): void => {
  requireOpen(call)
  const { state } = call.world
  const conversation = call.url.searchParams.get('conversation') ?? undefined
  const found = conversationOf(state, conversation)
  const { models, efforts, effortControl, locale, workSwitch, upload, copyBy } = state.mode
  sendJson(call, {
    labels: labelsOf(locale),
    mode: { models, efforts, effortControl, locale, workSwitch, upload, copyBy, weakChallenge: isChallenged(state, 'weak', Date.now()) },
    draft: state.drafts[conversation ?? 'new'] ?? '',
    isMissing: conversation !== undefined && (!found || found.temporary),
    snapshot: snapshotOf(state, 'open', conversation, Date.now()),
  })
}

const send = async (call: Call): Promise<void> => {
  requireOpen(call)
  sendJson(call, receivePrompt(call.world, sendBody.parse(await readJson(call.request)), Date.now()))
}

const act = (call: Call): void => {
  requireOpen(call)
  const id = call.url.searchParams.get('exchange') ?? ''
  const kind = acts.parse(call.url.searchParams.get('act'))
  const now = Date.now()
  if (kind === 'retry') retryExchange(call.world, id, now)
  const change = { retry: {}, stop: { stoppedAt: now }, answerNow: { hurriedAt: now }, copy: { copied: true } }[kind]
  call.world.change((state) => ({ ...counted(state, kind), conversations: changeExchange(state.conversations, id, change) }))
  sendJson(call, {})
}

const select = async (call: Call): Promise<void> => {
  requireOpen(call)
  const wanted = selectionBody.parse(await readJson(call.request))
  call.world.change(({ mode, selected }) => {
    const model = wanted.model === undefined ? selected.model : (mode.downgradeTo ?? wanted.model)
    return { selected: { model, effort: wanted.effort ?? selected.effort } }
  })
  sendJson(call, call.world.state.selected)
}

const saveDraft = async (call: Call): Promise<void> => {
  requireOpen(call)
  const { conversation, text } = draftBody.parse(await readJson(call.request))
  call.world.change((state) => ({ drafts: { ...state.drafts, [conversation ?? 'new']: text } }))
  sendJson(call, {})
}

const upload = async (call: Call): Promise<void> => {
  requireOpen(call)
  const bytes = await readBytes(call.request)
  const id = randomUUID()
  const { searchParams } = call.url
  const file = { id, name: searchParams.get('name') ?? 'file', type: searchParams.get('type') ?? '', size: bytes.length }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  call.world.change((state) => ({ files: [...state.files, { ...file, sha256 }] }))
  sendJson(call, { id })
}

const logIn = (call: Call): void => {
  call.world.change((state) => counted(state, 'login'))
  const cookie = `${SESSION_COOKIE}=${sessionValue(call.world.state)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`
  call.response.setHeader('set-cookie', cookie)
  sendJson(call, {})
}

/** Clicks on what lies over the page; the dialog or the challenge is gone after it. */
const clear = (call: Call): void => {
  const kind = clicks.parse(call.url.searchParams.get('what'))
  const cleared: Partial<Mode> = kind === 'marketing' ? { marketing: false } : { challenge: null }
  call.world.change((state) => ({ ...counted(state, kind), mode: { ...state.mode, ...cleared } }))
  sendJson(call, {})
}

const isSignedIn = ({ world, request }: Call): boolean => doorOf(world.state, sessionCookieOf(request), Date.now()) === 'open'
const user = { id: 'user-stand-in', name: 'Stand-in person', email: 'person@stand-in.example' }

export const pageRoutes: Routes = {
  'GET /backend-api/page': boot,
  'GET /backend-api/events': streamSnapshots,
  'POST /backend-api/conversation': send,
  'POST /backend-api/act': act,
  'PUT /backend-api/selection': select,
  'PUT /backend-api/draft': saveDraft,
  'POST /backend-api/files': upload,
  'POST /backend-api/clear': clear,
  'POST /auth/login': logIn,
  'GET /api/auth/session': (call) => sendJson(call, isSignedIn(call) ? { user, expires: '2099-01-01T00:00:00.000Z' } : {}),
  'GET /backend-api/me': (call) =>
    isSignedIn(call) ? sendJson(call, { object: 'user', ...user }) : sendJson(call, { detail: 'Unauthorized' }, 401),
  'GET /cdn-cgi/challenge-platform/status': (call) => sendJson(call, { challenged: isChallenged(call.world.state, 'strong', Date.now()) }),
  'GET /cdn-cgi/challenge-platform/scripts/jsd/main.js': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'text/javascript' }).end('// a challenge would run here\n'),
}
