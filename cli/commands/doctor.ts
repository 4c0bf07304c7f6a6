import { createLog } from '../../infra/app/log.ts'
import { productWorks } from '../../infra/app/product-functions.ts'
import { loadConfig, ownEnvironment } from '../../infra/config/config.ts'
import type { RunCommand } from '../command.ts'
import { examine, formatDoctor } from '../doctor/doctor.ts'
import { examineSite, siteText } from '../doctor/site.ts'
import { Exit } from '../fault.ts'

const doctor: RunCommand = async (given, terminal) => {
  const loaded = loadConfig({ path: given.value('config'), overrides: { data: given.value('data') }, works: await productWorks() })
  if (given.isSet('site')) {
    const site = await examineSite({ loaded, env: ownEnvironment(), log: createLog('error') })
    terminal.result(site, siteText(site))
    return site.ready ? Exit.done : Exit.failed
  }
  const findings = await examine({ loaded, env: ownEnvironment() })
  const well = findings.every(({ ok }) => ok !== 'no')
  terminal.result({ well, findings }, formatDoctor(findings))
  return well ? Exit.done : Exit.usage
}
export default doctor
