import { loadConfig, ownEnvironment } from '../config.ts'
import { examine, formatDoctor } from '../doctor.ts'
import type { RunCommand } from './command.ts'
import { Exit } from './fault.ts'

const doctor: RunCommand = async (given, terminal) => {
  const loaded = loadConfig({ path: given.value('config'), overrides: { data: given.value('data') } })
  const findings = await examine({ loaded, env: ownEnvironment() })
  const well = findings.every(({ ok }) => ok !== 'no')
  terminal.result({ well, findings }, formatDoctor(findings))
  return well ? Exit.done : Exit.usage
}
export default doctor
