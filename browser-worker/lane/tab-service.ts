import { z } from 'zod'
import type { AnyService } from '../../bus/define-service.ts'
import { RequestFault } from '../../bus/define-service.ts'
import { siteReport } from '../turn/turn.ts'
import type { BrowserLane } from './lane.ts'

/** Milliseconds for a look at the page; a page that hangs is told as such. */
const LOOK_MS = 4000

/** What the worker tells about its tab, as `cortex-browser.tab.<endpoint>`; to the operator alone, for the page is a person's own. */
export const tabService = (lane: BrowserLane): AnyService<{ isOperator: boolean }> => ({
  endpoints: {
    state: {
      summary: 'What the lane and its page are in, and how often each selector of the site pack is found.',
      input: z.strictObject({}),
      handler: async (_input, { isOperator }) => {
        if (!isOperator) throw new RequestFault(400, ["only the operator may look at the page: the request lacks the operator's secret"])
        const { state, reason, until, since } = lane.view()
        const view = { state, reason, since: since.toISOString(), ...(until ? { until: until.toISOString() } : {}) }
        const report = await lane.glance(siteReport, AbortSignal.timeout(LOOK_MS)).catch((error: unknown) => ({ fault: String(error) }))
        return { process: process.pid, lane: view, ...(report ?? { ready: false, fault: 'the browser is not running' }) }
      },
    },
  },
})
