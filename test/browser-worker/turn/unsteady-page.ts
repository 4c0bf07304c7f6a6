import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { parseSitePack, type SitePack } from '../../../browser-worker/sites/site-pack.ts'

/** A chat page on which things break in mid-turn. */
export interface UnsteadyMode {
  /** The stream ends in the middle of each answer; `for good`: loading the conversation shows no more than that. */
  stream: 'whole' | 'cut' | 'cut for good' | 'never'
  /** What the copy action does. */
  copy: 'write' | 'reload' | 'leave' | 'nothing'
  /** Milliseconds until an attached file has loaded. */
  uploadMs: number
}

const script = `
  const one = (name) => document.querySelector(name)
  const mode = () => fetch('/mode').then((reply) => reply.json())
  const id = () => location.pathname.startsWith('/talk/') ? location.pathname.slice(6) : null
  const made = (kind, text) => Object.assign(document.createElement('section'), { className: kind, innerHTML: '<p></p>' })
  const add = (kind, text) => {
    const element = made(kind)
    element.firstElementChild.textContent = text
    one('main').append(element)
    return element
  }
  const finish = (answer, { copy }) => {
    const button = Object.assign(document.createElement('button'), { className: 'copy', textContent: 'Copy' })
    button.onclick = () => {
      fetch('/copied', { method: 'POST' })
      if (copy === 'write') navigator.clipboard.writeText('**copied:** ' + answer.textContent)
      if (copy === 'reload') location.reload()
      if (copy === 'leave') location.href = '/gone'
    }
    answer.after(button)
  }
  const draw = async (prompt, isNew) => {
    const now = await mode()
    add('ours', prompt)
    const isCut = now.stream === 'cut for good' || (isNew && now.stream === 'cut')
    if (now.stream === 'never') return one('#stop').hidden = false
    const answer = add('theirs', isCut ? 'The first half' : 'The first half and the second.')
    if (!isCut) finish(answer, now)
  }
  one('#send').onclick = async () => {
    const prompt = one('textarea').value
    one('textarea').value = ''
    const { name } = await (await fetch('/ask', { method: 'POST', body: prompt })).json()
    history.replaceState(null, '', '/talk/' + name)
    draw(prompt, true)
  }
  one('input').onchange = async (event) => {
    const { uploadMs } = await mode()
    const chip = Object.assign(document.createElement('i'), { className: 'chip', textContent: event.target.files[0].name })
    chip.dataset.busy = 'yes'
    one('form').append(chip)
    setTimeout(() => { delete chip.dataset.busy }, uploadMs)
  }
  if (id()) fetch('/prompt/' + id()).then((reply) => reply.text()).then((prompt) => draw(prompt, false))
`

const html = `<!doctype html><meta charset="utf-8"><title>Unsteady chat</title><main></main>
<form onsubmit="return false"><textarea></textarea><input type="file"><button id="send">Send</button><button id="stop" hidden>Stop</button></form>
<script>${script}</script>`

export interface UnsteadyPage extends AsyncDisposable {
  readonly url: string
  readonly pack: SitePack
  readonly asked: string[]
  /** How often the copy action was pressed. */
  copies(): number
}

export const startUnsteadyPage = async (
  change: Partial<UnsteadyMode> = {},
  timing: Partial<SitePack['timing']> = {},
): Promise<UnsteadyPage> => {
  const mode: UnsteadyMode = { stream: 'whole', copy: 'write', uploadMs: 0, ...change }
  const asked: string[] = []
  let copies = 0
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (path === '/mode') return response.end(JSON.stringify(mode))
    if (path.startsWith('/prompt/')) return response.end(asked[Number(path.slice('/prompt/'.length))])
    if (path === '/copied') copies++
    if (path === '/ask') return response.end(JSON.stringify({ name: asked.push(await text(request)) - 1 }))
    return response.setHeader('content-type', 'text/html').end(path === '/gone' ? 'Nothing here' : html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const selectors = {
    ...{ composer: ['textarea'], composerForm: ['form'], send: ['#send'], stop: ['#stop'] },
    ...{ userTurn: ['.ours'], assistantTurn: ['.theirs'], answerBody: ['.theirs'], finishedBar: ['.copy'], copy: ['.copy'] },
    ...{ attachmentChip: ['.chip'], attachmentBusy: ['[data-busy]'] },
  }
  const content = { version: 1, name: 'unsteady', title: 'Unsteady chat', urls: { home: url, conversation: '^talk/\\w+' }, selectors }
  const pack = parseSitePack({ ...content, timing: { readyMs: 5_000, barGraceMs: 2_000, pollMs: 150, ...timing } }, 'test')
  return {
    ...{ url, pack, asked, copies: () => copies },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
