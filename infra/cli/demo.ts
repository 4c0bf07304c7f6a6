import { runDemo } from '../demo/demo.ts'
import type { RunCommand } from './command.ts'

const demo: RunCommand = (given, terminal) =>
  runDemo({
    scenario: given.value('scenario') === 'stubborn' ? 'stubborn' : 'smooth',
    agents: given.value('agents')?.split(',').map((name) => name.trim()),
    yes: given.isSet('yes'),
    keep: given.isSet('keep'),
    terminal,
  })
export default demo
