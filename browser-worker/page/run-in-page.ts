import type { Page } from 'playwright-core'
import { Overrun, within } from '../../bus/within.ts'
import { PageLost } from '../browser/page-lost.ts'
import * as answer from './in-page/answer-content.ts'
import * as server from './in-page/ask-server.ts'
import * as files from './in-page/best-file-input.ts'
import * as copy from './in-page/copy-answer.ts'
import * as dialogs from './in-page/dismiss-dialogs.ts'
import * as find from './in-page/find.ts'
import * as menu from './in-page/menu-items.ts'
import * as paste from './in-page/paste-into.ts'
import * as point from './in-page/point-at.ts'
import * as composer from './in-page/read-composer.ts'
import * as snapshot from './in-page/read-snapshot.ts'
import * as turns from './in-page/read-turns.ts'
import * as typed from './in-page/typed-into.ts'

/** Everything that in-page functions may call by name; their source travels into the page with each call. */
const kit = Object.entries({
  ...find,
  ...turns,
  ...snapshot,
  ...answer,
  ...copy,
  ...point,
  ...dialogs,
  ...composer,
  ...paste,
  ...menu,
  ...files,
  ...server,
  ...typed,
})
  .map(([name, value]) => `const ${name} = ${value.toString()};`)
  .join('\n')

/** Milliseconds for one call; what waits for the page on purpose takes its own time on top. */
const answerMs = 10_000

/**
 * Runs one of the kit's functions inside the page. `entry` must be a named function of `in-page/`; argument and result are plain JSON.
 * A page with a strict content security policy allows it, for it comes over the debugging connection. Throws PageLost when the page
 * does not answer within 10 s and `waitMs`.
 */
export const runInPage = async <Argument, Result>(
  page: Page,
  entry: (argument: Argument) => Result | Promise<Result>,
  argument: Argument,
  waitMs = 0,
): Promise<Result> => {
  const script = `(async () => {\n${kit}\nreturn await ${entry.name}(${JSON.stringify(argument)})\n})()`
  try {
    return await within(answerMs + waitMs, `the page's answer to ${entry.name}`, page.evaluate<Result>(script))
  } catch (error) {
    throw error instanceof Overrun ? new PageLost(error.message, { cause: error }) : error
  }
}
