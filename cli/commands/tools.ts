import { DefinitionFormats } from '../../domain/choices.ts'
import { definitionsOf } from '../../gateway/surfaces/tools/definitions.ts'
import { offered, tools } from '../../gateway/surfaces/tools/tools.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'

/** Prints the definitions of the gateway's tools; no system need run for it. */
const tellTools: RunCommand = async (given, terminal) => {
  const format = DefinitionFormats.find((one) => one === given.value('format')) ?? 'anthropic'
  const definitions = definitionsOf(offered(tools, { deciding: given.isSet('deciding') }), format)
  terminal.result(definitions, JSON.stringify(definitions, null, 2))
  return Exit.done
}
export default tellTools
