// @ts-check
import { listenToKeys } from './keys.js'
import { stayTrue } from './live.js'

/** A message that was read need not come again with the page. */
const address = new URL(location.href)
if (address.searchParams.has('done')) {
  address.searchParams.delete('done')
  history.replaceState(null, '', address)
}

// A filter that is chosen counts at once.
for (const select of document.querySelectorAll('form.filter select'))
  select.addEventListener('change', () => select.closest('form')?.requestSubmit())

listenToKeys()
stayTrue()
