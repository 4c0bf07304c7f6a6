import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { parseSitePack, type SitePack } from '../../../browser-worker/sites/site-pack.ts'

/** A chat page with addresses, ids and a list of conversations, all of which it draws as late as it is told. Times are milliseconds. */
export interface SlowMode {
  /** From loading to the list, and to the turns of a known conversation. */
  listMs: number
  threadMs: number
  /** From the click to the request that has the prompt. */
  sendMs: number
  /** The composer is emptied only once the prompt has arrived, and nothing can be sent before. */
  keepsPrompt: boolean
  /** What a dialog says right after the click. */
  notice: string
  /** What the answering turn says its model is. */
  model: string
  /** Turns show no more of a prompt than this. */
  shownCharacters: number
}

const usual: SlowMode = { listMs: 0, threadMs: 0, sendMs: 0, keepsPrompt: false, notice: '', model: 'big', shownCharacters: 100_000 }

const script = `
  const one = (name) => document.querySelector(name)
  const wait = (ms) => new Promise((go) => setTimeout(go, ms))
  const ask = async (path, body) => (await fetch(path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })).json()
  let id = location.pathname.startsWith('/talk/') ? location.pathname.slice(6) : null
  const made = (kind, name, text) => {
    const element = Object.assign(document.createElement('section'), { className: kind, id: name })
    element.append(Object.assign(document.createElement('p'), { textContent: text }))
    return element
  }
  const follow = async ({ shownCharacters, model }) => {
    for (;;) {
      const prompts = id ? await ask('/prompts/' + id) : []
      one('main').replaceChildren(...prompts.flatMap((prompt, index) => {
        const answer = made('theirs', id + '-answer-' + index, 'Answer to: ' + prompt)
        answer.dataset.model = model
        return [made('ours', id + '-prompt-' + index, prompt.slice(0, shownCharacters)), answer]
      }))
      await wait(150)
    }
  }
  const start = async () => {
    const mode = await ask('/mode')
    one('#send').addEventListener('click', async () => {
      const text = one('textarea').value
      one('#send').disabled = mode.keepsPrompt
      if (!mode.keepsPrompt) one('textarea').value = ''
      if (mode.notice) {
        const dialog = Object.assign(document.createElement('div'), { textContent: mode.notice })
        dialog.setAttribute('role', 'dialog')
        document.body.append(dialog)
        setTimeout(() => dialog.remove(), 1500)
      }
      await wait(mode.sendMs)
      id = (await ask('/send', { id, text })).id
      one('textarea').value = ''
      one('#send').disabled = false
      history.replaceState(null, '', '/talk/' + id)
    })
    setTimeout(async () => {
      const list = await ask('/list')
      one('nav').innerHTML = list.map((name) => '<a href="/talk/' + name + '">' + name + '</a>').join('')
    }, mode.listMs)
    setTimeout(() => follow(mode), id ? mode.threadMs : 0)
  }
  start()`
const html = `<!doctype html><meta charset="utf-8"><title>Slow chat</title><nav></nav><main></main>
<form onsubmit="return false"><textarea></textarea><button id="send" type="button">Send</button></form><script>${script}</script>`

export interface SlowPage extends AsyncDisposable {
  readonly url: string
  readonly pack: SitePack
  readonly mode: SlowMode
  /** The prompts that arrived, in order. */
  readonly asked: string[]
  /** Puts a conversation there; its address. */
  talk(...prompts: string[]): string
}

export const startSlowPage = async (change: Partial<SlowMode> = {}): Promise<SlowPage> => {
  const mode = { ...usual, ...change }
  const talks: { id: string; prompts: string[] }[] = []
  const asked: string[] = []
  const begin = (prompts: string[]) => {
    const talk = { id: `t${talks.length + 1}`, prompts }
    talks.unshift(talk)
    return talk
  }
  const take = async (request: IncomingMessage) => {
    const sent = JSON.parse(await text(request)) as { id: string | null; text: string }
    asked.push(sent.text)
    const talk = talks.find(({ id }) => id === sent.id) ?? begin([])
    talk.prompts.push(sent.text)
    return { id: talk.id }
  }
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const json = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (path === '/mode') return json(mode)
    if (path === '/list') return json(talks.map(({ id }) => id))
    if (path === '/send') return json(await take(request))
    if (path.startsWith('/prompts/')) return json(talks.find(({ id }) => id === path.slice(9))?.prompts ?? [])
    return response.setHeader('content-type', 'text/html').end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    mode,
    asked,
    pack: packOf(url),
    talk: (...prompts) => `${url}talk/${begin(prompts).id}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const packOf = (home: string): SitePack =>
  parseSitePack(
    {
      version: 1,
      name: 'slow',
      title: 'Slow chat',
      urls: { home, conversation: '^talk/\\w+' },
      selectors: {
        composer: ['textarea'],
        send: ['#send'],
        userTurn: ['.ours'],
        assistantTurn: ['.theirs'],
        answerBody: ['.theirs p'],
        historyItem: ['nav a'],
        dialog: ['[role=dialog]'],
      },
      turns: { idAttributes: ['id'], modelAttributes: ['data-model'] },
      texts: { rateLimited: ['too many requests'], tooLong: ['too long'], attachmentRefused: ['file refused'] },
      timing: { readyMs: 8_000, commitMs: 4_000, traceMs: 2_000, unchangedMs: 500, pollMs: 150 },
    },
    'test',
  )
