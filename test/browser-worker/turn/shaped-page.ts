import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { renderMarkdown } from '../../../simulator/markdown.ts'

/** What a page shows one after the other: a thought, or a piece of its answer as Markdown. */
export type Step = { readonly thought: string } | { readonly answer: string }

/** The shape of a page: its field and buttons, and how turns and thoughts stand in it. Functions run in the page. */
interface Shape {
  readonly body: string
  readonly field: string
  readonly send: string
  readonly stop: string
  /** Where a conversation's address leads; absent: it has none. */
  readonly conversation?: string
  readonly script: string
}

/** Chainlit: each message and each thought is an element of its own, with its own row of buttons. */
const chainlit: Shape = {
  body: '<div id="message-composer"><textarea id="chat-input"></textarea><button id="chat-submit">Send</button></div>',
  field: '#chat-input',
  send: '#chat-submit',
  stop: 'stop-button',
  conversation: 'thread/1',
  script: `
    const step = (kind, html) => {
      const made = add(thread, '<div data-step-type="' + kind + '">' + html + '</div>')
      made.id = 'step-' + thread.children.length
      return made
    }
    const begin = () => {}
    const showUser = (text) => { step('user_message', '<div class="message-content"></div>').firstChild.textContent = text }
    const showThought = async (words) => {
      const made = step('tool', '<button class="loading-shimmer">Using ' + words + '</button><div class="message-content"><div class="prose">' + words + '</div></div>')
      await pause()
      made.firstChild.className = ''
    }
    const showAnswer = async (blocks, markdown) => {
      const made = step('assistant_message', '<div class="message-content"><div class="prose"></div></div>')
      for (const block of blocks) { add(made.querySelector('.prose'), block); await pause() }
      const bar = add(made, '<div><button>Good</button></div>')
      const addCopy = () => {
        if (made.querySelector('.lucide-copy')) return
        add(bar, '<button><i class="lucide-copy">Copy</i></button>').onclick = (event) => {
          if (event.isTrusted || !isShy) navigator.clipboard.writeText(markdown)
        }
      }
      if (isShy) made.onmouseenter = addCopy
      else addCopy()
    }
    const end = () => {}`,
}

/** Gradio: one row for the whole answer, with thoughts and messages in it; no addresses and no copy of the whole. */
const gradio: Shape = {
  body: '<div class="input-container"><textarea data-testid="textbox"></textarea><button class="submit-button">Send</button></div>',
  field: 'textarea',
  send: '.submit-button',
  stop: 'stop-button',
  script: `
    let row
    const begin = () => { row = add(thread, '<div class="bot-row"></div>') }
    const showUser = (text) => {
      add(thread, '<div class="user-row"><div data-testid="user"><div class="message-content"></div></div></div>').firstChild.firstChild.textContent = text
    }
    const showThought = async (words) => {
      const made = add(row, '<div class="thought-group"><div class="title">' + words + '</div><div class="loading-spinner">.</div><div class="message-content">' + words + '</div></div>')
      await pause()
      made.querySelector('.loading-spinner').remove()
    }
    const showAnswer = async (blocks) => {
      const made = add(row, '<div class="message-content"></div>')
      for (const block of blocks) { add(made, block); await pause() }
    }
    const end = () => { add(row, '<div class="message-buttons-left"><button aria-label="Retry">Retry</button></div>') }`,
}

const shapes = { chainlit, gradio }

const html = ({ body, field, send, stop, conversation, script }: Shape, isShy: boolean): string => `<!doctype html>
<html lang="${isShy ? 'de' : 'en'}"><meta charset="utf-8"><title>Chat</title>
<main id="thread"></main>${body}<script>
  const isShy = ${isShy}
  const thread = document.querySelector('#thread')
  const field = document.querySelector('${field}')
  const add = (to, html) => {
    to.insertAdjacentHTML('beforeend', html)
    return to.lastElementChild
  }
  const pause = () => new Promise((go) => setTimeout(go, 400))
  ${script}
  document.querySelector('${send}').onclick = async () => {
    showUser(field.value)
    field.value = ''
    const stop = add(document.body, '<button id="${stop}" class="${stop}">Stop</button>')
    ${conversation ? `history.replaceState(null, '', '${conversation}')` : ''}
    begin()
    for (const { thought, blocks, answer } of await (await fetch('/steps')).json()) {
      if (thought) await showThought(thought)
      else await showAnswer(blocks, answer)
    }
    end()
    stop.remove()
  }
</script>`

/**
 * Starts a page in the shape that the pack of that name describes; every prompt is answered by the steps. Ends with the scope. A shy one
 * shows its copy action under the mouse alone, takes a person's click alone, and speaks German.
 */
export const startShapedPage = async (
  name: keyof typeof shapes,
  steps: readonly Step[],
  { isShy = false }: { isShy?: boolean } = {},
): Promise<AsyncDisposable & { url: string }> => {
  const shown = steps.map((step) => ('thought' in step ? step : { ...step, blocks: step.answer.split('\n\n').map(renderMarkdown) }))
  const server = createServer((request, response) => {
    if (request.url === '/steps') return response.end(JSON.stringify(shown))
    return response.setHeader('content-type', 'text/html').end(html(shapes[name], isShy))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
