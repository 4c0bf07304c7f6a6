import { globSync, readFileSync } from 'node:fs'
import type { KnipConfig } from 'knip'

/** Files that a folder's loader imports for their default export; what lies beside them is found by its imports alone. */
const loaded = globSync(['functions/*/*.ts', 'infra/chat/platforms/*.ts'])
  .filter((path) => /^export default /m.test(readFileSync(path, 'utf8')))
  .map((path) => `${path}!`)

/** Started by the scripts of package.json, which are not read with `--production`. */
const started = ['infra/setup/setup.mjs!', 'domain/events-document.ts!']

/** Run plainly it tells what nobody uses; with `--production`, which sees only what ends in "!", also what nobody but tests uses. */
const config: KnipConfig = ({ production }) => ({
  entry: [
    ...(production ? started : []),
    'infra/app/config-example.ts!',
    'browser-worker/sites/site-pack-document.ts!',
    'infra/docker/cortex-proxy/novnc.mjs!',
    'infra/agents/scripted.mjs!',
    'simulator/main.ts!',
    'simulator/page/*.js!',
    'gateway/surfaces/page/assets/{page,plots}.js!',
    ...loaded,
    'test/**/*.test.ts',
    'test/support/one-process.ts',
    'test/support/whose-error.ts',
    'test/support/proxy-clients/clients.mjs',
  ],
  project: [
    '{bus,domain,functions,browser-worker,gateway,simulator}/**/*.{ts,js}!',
    '{cli,infra}/**/*.{ts,mjs}!',
    'client/**/*.{mjs,mts}!',
    'test/**/*.{ts,mjs}',
  ],
  ignore: ['test/rules/cases/**'],
  exclude: ['types'],
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ['nats-server', 'openssl'],
  ignoreDependencies: ['typescript-native'],
})

export default config
