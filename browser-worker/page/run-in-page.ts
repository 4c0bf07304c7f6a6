import type { Page } from 'playwright-core'
import * as find from './in-page/find.ts'
import * as gestures from './in-page/gestures.ts'
import * as snapshot from './in-page/read-snapshot.ts'
import * as turns from './in-page/read-turns.ts'

/** Everything that in-page functions may call by name; their source travels into the page with each call. */
const kit = Object.entries({ ...find, ...turns, ...snapshot, ...gestures })
  .map(([name, value]) => `const ${name} = ${value.toString()};`)
  .join('\n')

/**
 * Runs one of the kit's functions inside the page. `entry` must be a named function of `in-page/`; argument and result are plain JSON.
 * A page with a strict content security policy allows it, for it comes over the debugging connection.
 */
export const runInPage = <Argument, Result>(
  page: Page,
  entry: (argument: Argument) => Result | Promise<Result>,
  argument: Argument,
): Promise<Result> => page.evaluate<Result>(`(async () => {\n${kit}\nreturn await ${entry.name}(${JSON.stringify(argument)})\n})()`)
