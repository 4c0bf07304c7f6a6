import { messageOf } from '../../bus/errors.ts'
import { reduceDom } from '../aggressive/reduce-dom.ts'
import type { Stage } from './stage.ts'

const pictureMs = 8_000

/** A picture of the page and its reduced DOM. What cannot be had is empty and noted: evidence never costs the answer. */
export const captureEvidence = async ({ page, notes }: Pick<Stage, 'page' | 'notes'>): Promise<{ screenshot: Uint8Array; dom: string }> => {
  const noted = (what: string) => (error: unknown) => {
    notes.push(`${what} could not be taken: ${messageOf(error).split('\n')[0]}`)
    return undefined
  }
  const screenshot = await page
    .screenshot({ fullPage: true, type: 'png', animations: 'disabled', timeout: pictureMs })
    .catch(noted('the screenshot'))
  const html = await page.content().catch(noted('the DOM'))
  return { screenshot: screenshot ?? new Uint8Array(), dom: html === undefined ? '' : reduceDom(html) }
}
