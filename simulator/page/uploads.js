import { byId, element } from './dom.js'
import { ask } from './server.js'

/** The files of the composer, each with a chip that loads, is ready, or goes with an alert. */

/**
 * @typedef {{ chip: HTMLElement, id?: string }} Attachment
 * @param {{ labels: any, upload: { ms: number, outcome: string, maxBytes: number }, onChange: () => void, alert: (text: string) => void }} options
 */
export const createUploads = ({ labels, upload, onChange, alert }) => {
  /** @type {Set<Attachment>} */
  const attachments = new Set()

  /** @param {Attachment} attachment */
  const remove = (attachment) => {
    attachment.chip.remove()
    attachments.delete(attachment)
    onChange()
  }

  /** @param {File} file */
  const add = async (file) => {
    if (file.size > upload.maxBytes) return alert(labels.fileTooLarge.replace('{name}', file.name))
    /** @type {Attachment} */
    const attachment = { chip: chipOf(file, labels, () => remove(attachment)) }
    attachments.add(attachment)
    byId('chips').append(attachment.chip)
    onChange()
    const query = new URLSearchParams({ name: file.name, type: file.type })
    const stored = ask('POST', `/backend-api/files?${query}`, file)
    const [answer] = await Promise.all([stored, new Promise((done) => setTimeout(done, upload.ms))]).catch(() => [undefined])
    if (!answer || upload.outcome === 'failed') {
      alert(labels.uploadFailed.replace('{name}', file.name))
      return remove(attachment)
    }
    attachment.id = answer.id
    attachment.chip.dataset.state = 'ready'
    attachment.chip.querySelector('[role=progressbar]')?.remove()
    onChange()
  }

  for (const id of ['upload-files', 'upload-photos']) {
    const input = /** @type {HTMLInputElement} */ (byId(id))
    input.addEventListener('change', () => {
      for (const file of input.files ?? []) void add(file)
      input.value = ''
    })
  }
  byId('composer-plus-btn').addEventListener('click', () => byId('upload-files').click())
  return {
    isBusy: () => [...attachments].some(({ id }) => id === undefined),
    ids: () => [...attachments].flatMap(({ id }) => id ?? []),
    clear: () => [...attachments].map(remove),
  }
}

/** @param {File} file @param {any} labels @param {() => void} remove */
const chipOf = (file, labels, remove) => {
  const close = element('button', { type: 'button', class: 'chip-remove', 'aria-label': `${labels.removeFile}: ${file.name}` }, '×')
  close.addEventListener('click', remove)
  const preview = file.type.startsWith('image/') ? [element('img', { src: URL.createObjectURL(file), alt: '', class: 'chip-preview' })] : []
  const attributes = { role: 'group', 'aria-label': file.name, class: 'chip', 'data-testid': 'attachment-chip', 'data-state': 'loading' }
  return element('div', attributes, ...preview, element('span', {}, file.name), element('span', { role: 'progressbar' }), close)
}
