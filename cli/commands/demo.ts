import { join, resolve } from 'node:path'
import { findSystem } from '../../infra/app/system-file.ts'
import { ownEnvironment } from '../../infra/config/config.ts'
import { cacheFolder } from '../../infra/setup/cache.mjs'
import type { RunCommand } from '../command.ts'
import { demo as play } from '../demo/demo.ts'
import { scenarioNames } from '../demo/scenarios.ts'
import { CommandFault, Exit } from '../fault.ts'
import { painter } from '../render.ts'
import { interruptible } from '../session.ts'

/** Names of the scripted stand-ins. */
const standIns = ['alder', 'birch'] as const

/** One place, so that an interrupted demo goes on; another one while somebody plays there. */
const defaultFolder = (cache: string): string => {
  const usual = join(cache, 'demo')
  return findSystem(join(usual, 'data')).kind === 'running' ? join(cache, `demo-${process.pid}`) : usual
}

/** The demo has a place of its own, so that an interrupted one goes on. */
const demo: RunCommand = async (given, terminal) => {
  const env = ownEnvironment()
  const data = given.value('data')
  const [first = standIns[0], second = standIns[1]] = given.value('agents')?.split(',') ?? standIns
  const title = given.value('title')
  const description = given.value('description') ?? ''
  if (description && !title) throw new CommandFault(Exit.usage, ['--description needs a --title'])
  return interruptible(async (signal) => {
    try {
      const exit = await play({
        scenario: scenarioNames.find((name) => name === given.value('scenario')) ?? 'success',
        yes: given.isSet('yes'),
        lane: given.value('lane') === 'cli' ? 'cli' : 'browser',
        agents: [first, second],
        sample: given.value('sample'),
        task: title ? { title, description } : undefined,
        ackWait: given.value('ack-wait'),
        folder: data === undefined ? defaultFolder(cacheFolder(env)) : resolve(data),
        env,
        print: terminal.say,
        paint: painter(terminal.colour),
        ...(terminal.interactive ? { question: terminal.ask } : {}),
        signal,
      })
      if (terminal.json) terminal.result({ exit }, '')
      return exit
    } catch (error) {
      if (!signal.aborted) throw error
      terminal.warn('interrupted; the same command goes on with it')
      if (terminal.json) terminal.result({ interrupted: true }, '')
      return Exit.interrupted
    }
  })
}
export default demo
