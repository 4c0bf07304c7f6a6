const button = document.querySelector('[data-testid="login-button"]')

button?.addEventListener('click', async (event) => {
  if (!event.isTrusted) return
  await fetch('/auth/login', { method: 'POST' })
  location.assign('/')
})
