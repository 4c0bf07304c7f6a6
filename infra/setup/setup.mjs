/** The set-up of the product; what only tests need is set up by `test/setup/setup.mjs`. */
import { installBrowser } from './browser.mjs'
import { installSandbox } from './sandbox.mjs'
import { installSemgrep } from './semgrep.mjs'
import { setUp } from './set-up.mjs'

process.exitCode = await setUp(
  'infra/setup/setup.mjs',
  { start: [], demo: [installBrowser, installSemgrep, installSandbox] },
  process.argv.slice(2),
)
