/** The set-up of the tests: the product's, and what only a tier of tests needs. What cannot be had is said, and its tests are skipped by name. */
import { installBrowser } from '../../infra/setup/browser.mjs'
import { installSandbox } from '../../infra/setup/sandbox.mjs'
import { installSemgrep } from '../../infra/setup/semgrep.mjs'
import { setUp } from '../../infra/setup/set-up.mjs'
import { installAgents } from './agents.mjs'
import { installChatFrontEnd } from './chat-front-end.mjs'
import { installOpenaiPython } from './openai-python.mjs'
import { installProxyClients } from './proxy-clients.mjs'
import { installSchemathesis } from './schemathesis.mjs'
import { installVersitygw } from './versitygw.mjs'

const tiers = {
  test: [installBrowser, installVersitygw, installOpenaiPython, installSemgrep, installSandbox],
  wide: [installBrowser, installVersitygw, installOpenaiPython, installProxyClients, installSemgrep, installSandbox],
  chaos: [installBrowser, installSchemathesis, installSandbox],
  agents: [installAgents, installSandbox],
  sites: [installBrowser, installChatFrontEnd],
}

process.exitCode = await setUp('test/setup/setup.mjs', tiers, process.argv.slice(2))
