import { copyAnswer } from '../page/in-page/copy-answer.ts'
import { pointAt } from '../page/in-page/point-at.ts'
import { readerInput } from '../page/read-page.ts'
import { runInPage } from '../page/run-in-page.ts'
import type { Stage } from './stage.ts'

/** What the copy action of the answer at an index gives, pressed in the way of the pack; null when it gives nothing in time. */
export const pressCopy = async ({ page, pack }: Pick<Stage, 'page' | 'pack'>, index: number): Promise<string | null> => {
  const { copyMs: waitMs } = pack.timing
  const { click, hover } = pack.copying
  const input = readerInput(pack)
  const find = (what: 'answer' | 'copy') => runInPage(page, pointAt, { input, index, what, waitMs }, waitMs)
  if (hover) {
    const answer = await find('answer')
    if (answer) await page.mouse.move(answer.x, answer.y)
    await find('copy')
  }
  const isPressed = click === 'trusted'
  // The page is ready to catch before it is asked anything else.
  const copying = runInPage(page, copyAnswer, { input, index, waitMs, isPressed }, waitMs)
  const [copied] = await Promise.all([copying, isPressed && find('copy').then((at) => at && page.mouse.click(at.x, at.y))])
  return copied
}
