import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseSitePack, type SitePack } from '../../../browser-worker/sites/site-pack.ts'

/** A chat front end of the plainest kind: a textarea, Enter, no ids, no urls, no copy action; an answer is done when its stop button goes. */
const html = `<!doctype html><meta charset="utf-8"><title>Plain chat</title>
<main id="thread"></main>
<div id="box"><textarea placeholder="Message" rows="3" cols="60"></textarea><span id="stop-place"></span></div>
<script>
  const thread = document.querySelector('#thread')
  const field = document.querySelector('textarea')
  const add = (kind, text) => {
    const made = document.createElement('div')
    made.className = 'bubble ' + kind
    made.textContent = text
    thread.append(made)
    return made
  }
  field.addEventListener('keydown', async (event) => {
    if (event.key !== 'Enter' || event.shiftKey || field.value.trim() === '') return
    event.preventDefault()
    const text = field.value.trim()
    field.value = ''
    add('from-user', text)
    const stop = Object.assign(document.createElement('button'), { className: 'halt', textContent: 'Halt' })
    document.querySelector('#stop-place').append(stop)
    await fetch('/ask', { method: 'POST', body: text })
    const answer = add('from-model', '')
    for (const piece of ['<p>You sent <b>' + text.length + '</b> characters.</p>', '<ul><li>first</li><li>second</li></ul>', '<p>That is all.</p>']) {
      answer.innerHTML += piece
      await new Promise((go) => setTimeout(go, 300))
    }
    stop.remove()
  })
</script>`

export interface PlainPage extends AsyncDisposable {
  readonly url: string
  readonly pack: SitePack
  readonly asked: string[]
}

/** Starts the page, with a pack for it that has the least a pack can have. */
export const startPlainPage = async (): Promise<PlainPage> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return response.setHeader('content-type', 'text/html').end(html)
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      asked.push(Buffer.concat(pieces).toString())
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const selectors = {
    composer: ['textarea'],
    stop: ['.halt'],
    userTurn: ['.from-user'],
    assistantTurn: ['.from-model'],
    answerBody: ['.from-model'],
  }
  const pack = parseSitePack(
    { version: 1, name: 'plain', title: 'Plain chat', urls: { home: url }, selectors, timing: { readyMs: 5_000 } },
    'test',
  )
  return {
    url,
    pack,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
