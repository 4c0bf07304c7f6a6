import type { Page } from 'playwright-core'
import { servedGateway } from '../../../support/gateway.ts'
import { type Visit, visit } from '../../../support/page-browser.ts'
import { type PageWorld, pageWorld } from '../../../support/page-world.ts'

const days = ['2026-11-19', '2026-11-20', '2026-11-21']
const statistics = {
  outcomes: days.map((day) => ({ day, outcome: 'completed', tasks: 3 })),
  stages: [{ stage: 'planning', stays: 3, medianMs: 60_000, slowMs: 90_000 }],
  costs: days.map((day) => ({ day, usd: 1.5, tokens: 10, calls: 1 })),
}

/** A gateway with a world of its own, seen by a browser. */
export const onPage = async (options: Visit, use: (page: Page, world: PageWorld) => Promise<void>): Promise<void> => {
  const world = pageWorld({ statistics })
  await using gateway = await servedGateway({
    surfaces: world.surfaces,
    operations: world.operations,
    config: { projects: { shop: { path: '.' } } },
    now: () => new Date('2026-11-21T12:00:00.000Z'),
  })
  await visit(gateway.url, options, (page) => use(page, world))
}

/** A dead letter about task-1. */
export const letterWith = (subject: string, reason: string): PageWorld['letters'][number] => {
  const about = { number: 1, function: 'notify', id: 'task-1', at: new Date().toISOString() }
  return { ...about, subject, reason, attempts: 2, needsHuman: true, redrives: 0 }
}
