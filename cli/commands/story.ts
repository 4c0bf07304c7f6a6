import { isEnded } from '../../domain/phases.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { asLines, createFollower, type StoryEvents } from '../follow.ts'
import { exitOf, lastWords } from '../outcome.ts'
import { interruptible, withCortex } from '../session.ts'

/** Every event there is; with `--follow` also those that come, until the task ends. */
const story: RunCommand = (given, terminal) =>
  withCortex(
    given,
    terminal,
    (cortex) =>
      interruptible(async (signal) => {
        const events: StoryEvents = []
        const lines = asLines(terminal)
        const follower = createFollower(cortex, given.words[0] ?? '', terminal, (event, status) => {
          events.push(event)
          lines(event, status)
        })
        try {
          const follow = given.isSet('follow')
          const status = await follower.until((now) => !follow || isEnded(now), signal)
          terminal.result({ id: status.id, events, status }, follow ? lastWords(status, terminal) : '')
          return follow ? exitOf(status) : Exit.done
        } catch (error) {
          if (!signal.aborted) throw error
          if (terminal.json) terminal.result({ events, interrupted: true }, '')
          return Exit.interrupted
        } finally {
          follower.stop()
        }
      }),
    { atWork: given.isSet('follow') },
  )
export default story
