import { fingerprint } from '../../../browser-worker/page/in-page/find.ts'
import type { PageSnapshot, TurnSnapshot } from '../../../browser-worker/page/snapshot.ts'
import { loadSitePack } from '../../../browser-worker/sites/site-pack.ts'

export const chatgpt = loadSitePack('chatgpt')
export const noon = new Date(2026, 5, 1, 12, 0, 0)

/** So many composers, with a text in the first. */
export const composer = (count: number, text = ''): PageSnapshot['composer'] => ({
  count,
  textLength: text.length,
  textStart: text.slice(0, 400),
  fingerprint: fingerprint(text),
})

/** A page that is ready and empty, changed as told. */
export const page = (change: Partial<PageSnapshot> = {}): PageSnapshot => ({
  url: 'https://chatgpt.com/',
  title: 'ChatGPT',
  at: noon.getTime(),
  composer: composer(1),
  send: { present: true, enabled: false },
  stop: false,
  turns: [],
  notices: [],
  chips: [],
  uploading: false,
  loggedIn: true,
  signals: [],
  weakChallengeSince: null,
  shortText: '',
  history: [],
  language: 'en-US',
  modelShown: '',
  ...change,
})

/** A page without a composer. */
export const bare = (change: Partial<PageSnapshot> = {}): PageSnapshot =>
  page({ composer: composer(0), send: { present: false, enabled: false }, loggedIn: false, ...change })

const turn = (role: 'user' | 'assistant', index: number, text: string, change: Partial<TurnSnapshot> = {}): TurnSnapshot => ({
  id: '',
  index,
  role,
  textLength: text.length,
  textStart: text.slice(0, 400),
  textHash: [...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0),
  fingerprint: role === 'user' ? fingerprint(text) : null,
  finished: false,
  hasCopy: false,
  thinking: null,
  errors: [],
  model: '',
  ...change,
})

export const asked = (text: string, index = 0, change: Partial<TurnSnapshot> = {}): TurnSnapshot => turn('user', index, text, change)
export const answering = (text: string, index = 1, change: Partial<TurnSnapshot> = {}): TurnSnapshot =>
  turn('assistant', index, text, change)
