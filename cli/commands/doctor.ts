import { createLog } from '../../infra/app/log.ts'
import { productWorks } from '../../infra/app/product-functions.ts'
import { ownEnvironment } from '../../infra/config/config.ts'
import type { RunCommand } from '../command.ts'
import { examine, formatDoctor } from '../doctor/doctor.ts'
import { lookedAt } from '../doctor/looked-at.ts'
import { examineSite, siteText } from '../doctor/site.ts'
import { Exit } from '../fault.ts'

const doctor: RunCommand = async (given, terminal) => {
  const overrides = { data: given.value('data') }
  const { loaded, faults } = lookedAt({ path: given.value('config'), overrides, works: await productWorks(), cwd: process.cwd() })
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
