import { html } from 'hono/html'
import type { Html } from './html.ts'
import { faultOf } from './respond.ts'

/** A part of a page that may fail by itself: then it says why, and the rest stands. */
export const part = async <T>(asked: Promise<T>, show: (value: T) => Html): Promise<Html> => {
  try {
    return await show(await asked)
  } catch (error) {
    return html`<p class="quiet">Not to be had at the moment: ${faultOf(error).faults.join('; ')}</p>`
  }
}

/** What was asked for, or undefined where there is no such thing (404). */
export const ifThere = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked
  } catch (error) {
    if (faultOf(error).code === 404) return undefined
    throw error
  }
}
