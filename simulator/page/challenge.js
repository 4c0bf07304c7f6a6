/** The page goes by itself when its time is over, or when a person clicks. */

const verify = document.querySelector('#verify')

verify?.addEventListener('click', async (event) => {
  if (!event.isTrusted) return
  await fetch('/backend-api/clear?what=challenge', { method: 'POST' })
  location.reload()
})

setInterval(async () => {
  const answer = await fetch('/cdn-cgi/challenge-platform/status').catch(() => undefined)
  if (answer?.ok && !(await answer.json()).challenged) location.reload()
}, 400)
