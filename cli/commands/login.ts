import { setTimeout as wait } from 'node:timers/promises'
import { readPageState } from '../../browser-worker/turn/turn.ts'
import { loadConfig } from '../../infra/app/configuration.ts'
import { createLog } from '../../infra/app/log.ts'
import { browserOf, openTab, reserveProfile } from '../../infra/browser/browser.ts'
import { ownEnvironment } from '../../infra/config/config.ts'
import type { RunCommand } from '../command.ts'
import { CommandFault, Exit } from '../fault.ts'
import { interruptible } from '../session.ts'

/** Milliseconds between two looks whether the person has signed in. */
const LOOK_MS = 1000
/** Looks in a row that must find the page ready: it may show a composer for a moment before it asks. */
const LOOKS = 3

/** Opens the browser lane's page in a window, where a person signs in by hand; nothing is typed or clicked for him. */
const login: RunCommand = async (given, terminal) => {
  const loaded = loadConfig({ path: given.value('config'), overrides: { data: given.value('data') } })
  const browser = browserOf({ loaded, env: ownEnvironment(), log: createLog('error') }, true)
  return interruptible(async (signal) => {
    using _reserved = await reserveProfile(browser, signal)
    const tab = await openTab({ ...browser, popups: 'allow' })
    try {
      terminal.say(`${browser.pack.title} is open at ${browser.home}; its profile is ${browser.profileDir}.`)
      terminal.say('Sign in there. This command ends by itself when the page is ready; Ctrl-C ends it before.')
      for (let ready = 0; ready < LOOKS; ) {
        await wait(LOOK_MS, undefined, { signal })
        if (!tab.session.isAlive())
          throw new CommandFault(Exit.failed, ['the window was closed before the page was ready; run cortex login again'])
        const { state, reason } = await readPageState(tab)
        ready = state === 'ready' ? ready + 1 : 0
        terminal.status(ready > 0 ? 'the page is ready' : `${state.replace('_', ' ')}: ${reason}`)
      }
      terminal.status('')
      terminal.result({ ready: true, profile: browser.profileDir }, 'Signed in: the browser lane can work with this profile.')
      return Exit.done
    } catch (error) {
      if (!signal.aborted) throw error
      terminal.warn('ended before the page was ready; what was typed there is kept in the profile')
      return Exit.interrupted
    } finally {
      await tab.session.close()
    }
  })
}
export default login
