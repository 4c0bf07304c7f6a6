/**
 * A request to the page's server. A closed door (signed out, challenged) reloads the page, so that the door shows.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] JSON, or a Blob as it is
 * @returns {Promise<any>}
 */
export const ask = async (method, path, body) => {
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body)
  const answer = await fetch(path, { method, body: content })
  if (answer.status === 401 || answer.status === 403) {
    location.reload()
    return new Promise(() => {})
  }
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** @type {EventSource | undefined} */
let source

/**
 * Follows what the server shows for a conversation (or for none); ends the one before. It connects again by itself.
 * @param {string | null} conversation
 * @param {(snapshot: any) => void} show
 */
export const follow = (conversation, show) => {
  source?.close()
  const mine = new EventSource(`/backend-api/events${conversation ? `?conversation=${conversation}` : ''}`)
  mine.addEventListener('message', ({ data }) => {
    if (source !== mine) return
    const snapshot = JSON.parse(data)
    if (snapshot.door === 'open') show(snapshot)
    else location.reload()
  })
  source = mine
}
