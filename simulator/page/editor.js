/** The composer's text field: a paragraph a line, as ProseMirror keeps it. */

/**
 * @param {HTMLElement} field
 * @param {{ placeholder: string, onChange: () => void, onEnter: () => void }} options
 */
export const createEditor = (field, { placeholder, onChange, onEnter }) => {
  /** @param {string} before what stands before the caret @param {string} [after] */
  const write = (before, after = '') => {
    const lines = (before + after).split('\n').map(paragraph)
    field.replaceChildren(...lines)
    const caretLine = lines[before.split('\n').length - 1] ?? field
    if (document.activeElement === field) placeCaret(caretLine, before.length - before.lastIndexOf('\n') - 1)
    markEmpty(field, placeholder)
  }

  /** @param {string} text */
  const insert = (text) => {
    const [before, after] = aroundSelection(field)
    write(before + text.replaceAll('\r\n', '\n'), after)
    onChange()
  }

  field.addEventListener('beforeinput', (event) => {
    const isLong = event.inputType === 'insertText' && (event.data?.length ?? 0) > 1
    if (!isLong || !event.cancelable) return
    event.preventDefault()
    insert(event.data ?? '')
  })
  field.addEventListener('paste', (event) => {
    event.preventDefault()
    if (event.isTrusted) insert(event.clipboardData?.getData('text/plain') ?? '')
  })
  field.addEventListener('input', () => {
    const isWhole = field.childNodes.length > 0 && [...field.childNodes].every(({ nodeName }) => nodeName === 'P')
    if (!isWhole) write(textOf(field))
    markEmpty(field, placeholder)
    onChange()
  })
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    if (event.shiftKey) insert('\n')
    else if (event.isTrusted) onEnter()
  })
  field.hidden = false
  field.setAttribute('contenteditable', 'true')
  field.setAttribute('role', 'textbox')
  field.setAttribute('aria-multiline', 'true')
  write('')
  return { text: () => textOf(field), write }
}

/** @param {string} line */
const paragraph = (line) => {
  const made = document.createElement('p')
  if (line) made.textContent = line
  else made.append(Object.assign(document.createElement('br'), { className: 'ProseMirror-trailingBreak' }))
  return made
}

/** @param {Node} line @param {number} offset */
const placeCaret = (line, offset) => {
  const range = document.createRange()
  const text = line.firstChild?.nodeType === Node.TEXT_NODE ? line.firstChild : line
  range.setStart(text, text === line ? 0 : offset)
  getSelection()?.removeAllRanges()
  getSelection()?.addRange(range)
}

/** @param {HTMLElement} field @param {string} placeholder */
const markEmpty = (field, placeholder) => {
  const only = field.childNodes.length === 1 ? field.firstElementChild : null
  if (only && textOf(field) === '') only.setAttribute('data-placeholder', placeholder)
  else field.querySelector('[data-placeholder]')?.removeAttribute('data-placeholder')
}

/** The text before and after the selection; without one, all is before. @param {HTMLElement} field @returns {[string, string]} */
const aroundSelection = (field) => {
  const selection = getSelection()
  if (!selection || selection.rangeCount === 0 || !field.contains(selection.anchorNode)) return [textOf(field), '']
  const chosen = selection.getRangeAt(0)
  const before = document.createRange()
  before.setStart(field, 0)
  before.setEnd(chosen.startContainer, chosen.startOffset)
  const after = document.createRange()
  after.setStart(chosen.endContainer, chosen.endOffset)
  after.setEnd(field, field.childNodes.length)
  return [textOf(before.cloneContents()), textOf(after.cloneContents())]
}

/** @param {Node} root @returns {string} */
const textOf = (root) =>
  [...root.childNodes].map((child) => (child.nodeType === Node.TEXT_NODE ? child.textContent : lineText(child))).join('\n')

/** @param {Node} line @returns {string} */
const lineText = (line) => {
  const parts = [...line.childNodes].map((child) => {
    if (child.nodeName === 'BR') return child.nextSibling ? '\n' : ''
    return child.nodeType === Node.TEXT_NODE ? child.textContent : lineText(child)
  })
  return parts.join('')
}
