import { openTab } from '../../support/browser.ts'

/** A worker of its own for tests that kill one: opens a browser at the url on the profile, says so, and stays. */
const [url = '', profileDir = ''] = process.argv.slice(2)
const { session } = await openTab(url, undefined, { profileDir })
process.stdout.write(session.isAlive() ? 'open\n' : 'lost\n')
setInterval(() => undefined, 60_000)
