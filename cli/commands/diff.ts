import { visible } from '../../domain/words/plain.ts'
import { wholeText } from '../../gateway/whole-text.ts'
import type { RunCommand } from '../command.ts'
import { Exit } from '../fault.ts'
import { withCortex } from '../session.ts'

/** On a terminal what could steer it, or hide something, is written out; into a pipe or file the diff goes as it is, for `git apply`. */
const diff: RunCommand = (given, terminal) =>
  withCortex(given, terminal, async (cortex) => {
    const { first, text } = await wholeText((offset) => cortex.ask('diff', { id: given.words[0], offset }))
    terminal.result({ id: first.id, sha: first.sha, files: first.files, diff: text }, terminal.live ? visible(text) : text)
    return Exit.done
  })
export default diff
