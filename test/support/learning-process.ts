import { checkConfig } from '../../infra/app/configuration.ts'
import { startSystem } from '../../infra/app/start.ts'
import { quiet } from './bus.ts'

/** A whole system in a process of its own, which can be killed; it says each fact's type and subject. Argument: what it is to know, as JSON. */
export interface LearningProcess {
  readonly config: object
  readonly dataDir: string
  readonly cacheDir: string
  readonly natsUrl: string
}

const { config, ...places } = JSON.parse(process.argv[2] ?? '{}') as LearningProcess
const loaded = { config: checkConfig('the test', config), file: null, ...places }
const system = await startSystem({ loaded, env: process.env, log: quiet, graceMs: 500 })
system.folds.onFact(({ type, subject }) => process.stdout.write(`${type} ${subject}\n`))
process.stdout.write('begun\n')
