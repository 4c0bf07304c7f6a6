import { byId, element } from './dom.js'
import { createEditor } from './editor.js'
import { icon } from './icons.js'
import { composerAlert, toast } from './notices.js'
import { ask } from './server.js'
import { createUploads } from './uploads.js'

/** The composer: text, files, and the one place where send and stop take turns. */

/**
 * @param {{
 *   labels: any, mode: any, draft: string,
 *   address: () => { conversation: string | null, temporary: boolean },
 *   onSent: (answer: any) => void, onStop: () => void,
 * }} options
 */
export const createComposer = ({ labels, mode, draft, address, onSent, onStop }) => {
  let isSending = false
  let isAnswering = false
  const { send, stop } = buttonsOf(labels)
  const work = workSwitch(mode.workSwitch)
  const editor = createEditor(byId('prompt-textarea'), {
    placeholder: labels.placeholder,
    onChange: () => {
      composerAlert('')
      refresh()
      drafts.later(address().conversation, editor.text())
    },
    onEnter: () => void submit(),
  })
  const uploads = createUploads({ labels, upload: mode.upload, onChange: () => refresh(), alert: toast })

  const refresh = () => {
    const wanted = isAnswering ? stop : send
    if (byId('composer-trailing').firstElementChild !== wanted) byId('composer-trailing').replaceChildren(wanted)
    send.toggleAttribute('disabled', isSending || uploads.isBusy() || (editor.text().trim() === '' && uploads.ids().length === 0))
  }

  const submit = async () => {
    if (isAnswering || send.hasAttribute('disabled')) return
    isSending = true
    refresh()
    drafts.forget()
    const text = editor.text().trim()
    try {
      const answer = await ask('POST', '/backend-api/conversation', { text, files: uploads.ids(), ...address(), work: work.isOn() })
      if (answer.outcome === 'accepted') {
        editor.write('')
        uploads.clear()
      }
      if (answer.outcome === 'too_long') composerAlert(labels.tooLong)
      onSent(answer)
    } catch {
      toast(labels.networkError)
    }
    isSending = false
    refresh()
  }

  send.addEventListener('click', ({ isTrusted }) => isTrusted && void submit())
  stop.addEventListener('click', onStop)
  document.querySelector('form')?.addEventListener('submit', (event) => event.preventDefault())
  if (draft) editor.write(draft)
  refresh()
  return {
    /** @param {boolean} is an answer is on its way: stop instead of send */
    setAnswering: (is) => {
      if (is === isAnswering) return
      isAnswering = is
      refresh()
    },
  }
}

/** Send and stop, which come and go; the others are always there and get their labels. @param {any} labels */
const buttonsOf = (labels) => {
  byId('composer-plus-btn').setAttribute('aria-label', labels.addFiles)
  byId('dictate').setAttribute('aria-label', labels.dictate)
  byId('dictate').replaceChildren(icon('dictate'))
  const send = { id: 'composer-submit-button', 'data-testid': 'send-button', 'aria-label': labels.send }
  return {
    send: element('button', { type: 'button', ...send }, '↑'),
    stop: element('button', { type: 'button', 'data-testid': 'stop-button', 'aria-label': labels.stop }, '■'),
  }
}

/** The draft is kept by the server a moment after the last key, so that it is there after a crash. */
const drafts = {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer: undefined,
  /** @param {string | null} conversation @param {string} text */
  later(conversation, text) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void ask('PUT', '/backend-api/draft', { conversation, text }).catch(() => undefined), 400)
  },
  forget() {
    clearTimeout(this.timer)
  },
}

/** @param {string} standing where it stands at first; `absent`: there is none */
const workSwitch = (standing) => {
  let current = standing
  if (standing === 'absent') return { isOn: () => false }
  const radios = ['chat', 'work'].map((name) => {
    const radio = element(
      'button',
      { type: 'button', role: 'radio', value: name, 'data-testid': `mode-${name}` },
      name === 'chat' ? 'Chat' : 'Work',
    )
    radio.addEventListener('click', () => {
      current = name
      show()
    })
    return { name, radio }
  })
  const show = () => {
    for (const { name, radio } of radios) radio.setAttribute('aria-checked', String(name === current))
  }
  show()
  byId('composer-pills').append(element('span', { role: 'radiogroup', class: 'work-switch' }, ...radios.map(({ radio }) => radio)))
  return { isOn: () => current === 'work' }
}
