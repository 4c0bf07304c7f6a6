import { insertPrompt } from '../../browser-worker/turn/insert-prompt.ts'
import { clearDraft } from '../../browser-worker/turn/preflight.ts'
import { onStage } from '../../browser-worker/turn/stage.ts'
import { checkConfig } from '../../infra/app/configuration.ts'
import { browserOf, openTab } from '../../infra/browser/browser.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { quiet } from '../support/bus.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { median, timed } from './measure.ts'

const ROUNDS = 7
const LENGTHS = [5_000, 50_000]

/** Times how long a prompt takes into the chat page's composer and back, beside the browser's own insertion without reading back. */
export const paste = async (say: (line: string) => void): Promise<void> => {
  await using folder = await temporaryFolder()
  await using page = await startSimulator()
  const config = checkConfig('the bench', { lanes: { browser: { url: page.url, window: 'headless' } } })
  const loaded = { config, file: null, dataDir: folder.path, cacheDir: folder.path, natsUrl: null }
  const tab = await openTab(browserOf({ loaded, env: process.env, log: quiet }))
  try {
    await onStage(tab, new AbortController().signal, async (stage) => {
      await stage.page.locator('#prompt-textarea').waitFor()
      for (const length of LENGTHS) {
        const text = 'A line of a prompt with some words in it, and no more.\n'.repeat(Math.ceil(length / 55)).slice(0, length)
        const [ours, raw]: [number[], number[]] = [[], []]
        for (let round = 0; round < ROUNDS; round++) {
          ours.push(await timed(() => insertPrompt(stage, text)))
          await clearDraft(stage)
          await stage.page.locator('#prompt-textarea').click()
          raw.push(await timed(() => stage.page.keyboard.insertText(text)))
          await clearDraft(stage)
        }
        const [one, other] = [median(ours), median(raw)]
        say(
          `${String(length).padStart(7)} characters: ${one.toFixed(0)} ms with the read-back, ${other.toFixed(0)} ms for the insertion alone (${(one / other).toFixed(1)}x)`,
        )
      }
    })
  } finally {
    await tab.session.close()
  }
}
