import { createLog } from '../../infra/app/log.ts'
import { productWorks } from '../../infra/app/product-functions.ts'
import { ConfigFault, defaultsAt, type LoadConfigInput, type LoadedConfig, loadConfig, ownEnvironment } from '../../infra/config/config.ts'
import type { RunCommand } from '../command.ts'
import { asOthersFind, examine, formatDoctor } from '../doctor/doctor.ts'
import { examineSite, siteText } from '../doctor/site.ts'
import { Exit } from '../fault.ts'

const doctor: RunCommand = async (given, terminal) => {
  const input = { path: given.value('config'), overrides: { data: given.value('data') }, works: await productWorks() }
  const { loaded: here, faults } = lookAt(input)
  const loaded = given.isSet('data') ? here : asOthersFind(here, process.cwd())
  if (given.isSet('site')) {
    const site = await examineSite({ loaded, env: ownEnvironment(), log: createLog('error') })
    terminal.result(site, terminal.told(siteText(site)))
    return site.ready ? Exit.done : Exit.failed
  }
  const findings = await examine({ loaded, env: ownEnvironment(), ...(faults ? { faults } : {}) })
  const well = findings.every(({ ok }) => ok !== 'no')
  const typed = findings.map((one) => ({ ...one, advice: terminal.typed(one.advice) }))
  terminal.result({ well, findings }, formatDoctor(typed))
  return well ? Exit.done : Exit.usage
}
export default doctor

/** The configuration, or what is wrong with it and all defaults in its place, so that the rest can be looked at all the same. */
const lookAt = (input: LoadConfigInput): { loaded: LoadedConfig; faults?: readonly string[] } => {
  try {
    return { loaded: loadConfig(input) }
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    return { loaded: defaultsAt(input), faults: error.faults }
  }
}
