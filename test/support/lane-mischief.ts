import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { loadConfig } from '../../infra/app/configuration.ts'
import { browserOf, openTab, reserveProfile } from '../../infra/browser/browser.ts'
import type { ScriptInput } from '../../simulator/script.ts'
import { QUICK } from './browser-lane.ts'
import { quiet } from './bus.ts'
import { freezePart, type Outcome, type StruckSystem, startStruckSystem, staying, strikePart } from './lane-chaos.ts'
import { leftFiles, victims } from './lane-processes.ts'

/** The whole answer to a prompt: long enough to be cut, and it says at both ends whose it is. */
export const answerTo = (prompt: string): string =>
  [
    `Answer to ${prompt}.`,
    ...Array.from({ length: 12 }, (_, line) => `Line ${line + 1} of it goes on for a while.`),
    `End of ${prompt}.`,
  ].join('\n\n')

/** What one prompt meets on the page; a refused prompt takes the next one, too. */
const scripts: Readonly<Record<string, ScriptInput>> = {
  plain: QUICK,
  'a long thought': { ...QUICK, thinking: { ms: 3000 } },
  'a slow pen': { ...QUICK, streaming: { charactersPerSecond: 150 } },
  'a late bar': { ...QUICK, actionBar: { lateMs: 1500 } },
  'a late address': { ...QUICK, thinking: { ms: 1500 }, transientUrlMs: 2500 },
  'a late commit': { ...QUICK, commitMs: 1200 },
  'a limit before the commit': { ...QUICK, rateDialog: { when: 'before-commit' } },
  'an error at the start': { ...QUICK, error: { at: 'start' } },
  'an error in the middle': { ...QUICK, error: { at: 'middle' } },
}

/** When something is done: so long after the deed before it, or the moment that a turn gets to a step. */
const steps = ['browser.asked', 'turn.sending', 'received', 'turn.sent', 'streaming', 'copied', 'chat.answered'] as const
type Step = (typeof steps)[number]
type Moment = { readonly afterMs: number } | { readonly step: Step }

const deeds = [
  ...victims.map((victim) => `kill ${victim}` as const),
  ...(['browser', 'renderer', 'worker', 'bus'] as const).map((victim) => `freeze ${victim}` as const),
  'end worker',
  'end main',
  'page down',
  'page drops',
  'challenge',
  'sign out',
] as const
type Deed = (typeof deeds)[number]

export interface Scenario {
  readonly scripts: readonly string[]
  readonly mischief: readonly { readonly deed: Deed; readonly at: Moment; readonly ms: number }[]
}

/** Two to four jobs, one to three deeds. */
export const scenarioOf = (random: () => number): Scenario => {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const moment = (): Moment => (random() < 0.65 ? { step: pick(steps) } : { afterMs: Math.round(random() ** 2 * 8000) })
  return {
    scripts: Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(Object.keys(scripts))),
    mischief: Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
      deed: pick(deeds),
      at: moment(),
      ms: 300 + Math.round(random() ** 2 * 5000),
    })),
  }
}

export const inWords = ({ scripts: met, mischief }: Scenario): string =>
  `${mischief.map(({ deed, at, ms }) => `${deed} (${ms} ms) ${'step' in at ? `at ${at.step}` : `after ${at.afterMs} ms`}`).join(', ')}; ${met.join(', ')}`

/** Plays a scenario on a system of its own and tells everything that is not as it should be. */
export const playLane = async (scenario: Scenario, name: string): Promise<{ faults: string[]; told: string[] }> => {
  const prompts = scenario.scripts.map((_, index) => `question ${index + 1} of ${name}`)
  const told: string[] = []
  await using system = await startStruckSystem({ answer: answerTo })
  system.page.setDefaultScript(QUICK)
  system.page.queueScripts(...scenario.scripts.map((script) => scripts[script] ?? {}))
  const over = new AbortController()
  const working = submitAll(system, prompts, told)
  const doing = perpetrateAll(system, scenario, over.signal, told)
  try {
    const outcomes = await working
    over.abort()
    await doing
    const last = `question to the end of ${name}`
    const faults = faultsOf(system, scenario, prompts, outcomes)
    const end = await system.outcome(await system.submit(last))
    const isReady = 'text' in end && (end.text === answerTo(last) || scenario.scripts.length > system.page.facts().prompts.length - 1)
    if (!isReady && !('code' in end && end.code === 'ANSWER_FAILED')) faults.push(`not ready at the end: ${JSON.stringify(end)}`)
    const code = await system.down()
    if (code !== 0) faults.push(`the stop ended with ${code}`)
    faults.push(...(await staying(system)), ...leftFiles(system.folder, system.profile))
    told.push(system.log())
    return { faults, told }
  } catch (error) {
    over.abort()
    told.push(system.log(), JSON.stringify(system.page.facts().prompts))
    return { faults: [`${error}`], told }
  }
}

const submitAll = async (system: StruckSystem, prompts: readonly string[], told: string[]): Promise<Outcome[]> => {
  const began = Date.now()
  const outcomes: Promise<Outcome>[] = []
  for (const prompt of prompts) {
    const job = await system.submit(prompt)
    outcomes.push(
      system.outcome(job).then((outcome) => {
        told.push(
          `${Date.now() - began} ms: ${job} "${prompt}": ${'text' in outcome ? `${outcome.text.length} characters` : JSON.stringify(outcome)}`,
        )
        return outcome
      }),
    )
  }
  return Promise.all(outcomes)
}

const perpetrateAll = async (system: StruckSystem, { mischief }: Scenario, over: AbortSignal, told: string[]): Promise<void> => {
  const began = Date.now()
  for (const { deed, at, ms } of mischief) {
    const came = 'step' in at ? await untilStep(system, at.step, over) : await pause(at.afterMs, true, { signal: over }).catch(() => false)
    if (!came) return
    told.push(`${Date.now() - began} ms: ${deed}`)
    await perpetrate(system, deed, ms)
    told.push(`${Date.now() - began} ms: done`)
  }
}

/** Waits for the next time that a turn gets to a step; false when all is over before. */
const untilStep = async (system: StruckSystem, step: Step, over: AbortSignal): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const end = (): void => resolve(false)
  over.addEventListener('abort', end, { once: true })
  const { page, bus } = system
  const count = (): number => (step === 'copied' ? page.facts().clicks.copy : page.facts().prompts.length)
  const before = count()
  const timer = step === 'copied' || step === 'received' ? setInterval(() => count() > before && resolve(true), 2) : undefined
  const subject = step === 'streaming' ? 'live.*.*.partial' : `${step}.*`
  const heard = timer ? undefined : bus.nc.subscribe(subject, { callback: () => resolve(true) })
  if (over.aborted) end()
  const came = await promise
  clearInterval(timer)
  heard?.unsubscribe()
  return came
}

const perpetrate = async (system: StruckSystem, deed: Deed, ms: number): Promise<void> => {
  const [verb, object] = deed.split(' ') as [string, (typeof victims)[number]]
  switch (deed) {
    case 'page down':
      return system.page.goDown(ms)
    case 'page drops':
      return system.page.dropConnections()
    case 'challenge':
      return system.page.setMode({ challenge: { signal: 'strong', ms } })
    case 'sign out':
      system.page.endSession()
      await pause(ms)
      return signIn(system)
    case 'kill main':
    case 'end main':
      await system.down(verb === 'end' ? 'SIGTERM' : 'SIGKILL')
      return system.up()
    default:
      if (verb === 'freeze') return freezePart(system, object, ms)
      await strikePart(system, object, verb === 'end' ? 'SIGTERM' : 'SIGKILL')
  }
}

/** As `cortex login` does: the worker lets the profile go, a person signs in, the worker goes on. */
const signIn = async (system: StruckSystem): Promise<void> => {
  const loaded = loadConfig({ path: join(system.profile, '..', '..', 'cortex.toml') })
  const env = { ...process.env, TMPDIR: join(system.folder, 't') }
  const browser = browserOf({ loaded, env, log: quiet })
  using _reserved = await reserveProfile(browser, AbortSignal.timeout(40_000))
  const tab = await openTab(browser)
  const page = tab.session.page()
  await page.locator('[data-testid="login-button"]').click()
  await page.locator('#prompt-textarea').waitFor()
  await tab.session.close()
}

/** What is not as it should be with the jobs and the prompts that the page received. */
const faultsOf = (system: StruckSystem, scenario: Scenario, prompts: readonly string[], outcomes: readonly Outcome[]): string[] => {
  const received = system.page.facts().prompts
  const arrived = [...new Set(received.map(({ text }) => text))]
  const expected = prompts.filter((prompt) => arrived.includes(prompt))
  const faults = JSON.stringify(arrived) === JSON.stringify(expected) ? [] : [`the order was ${arrived.join(', ')}`]
  for (const [index, prompt] of prompts.entries()) {
    const outcome = outcomes[index]
    const places = received.flatMap(({ text, outcome: how }, place) => (text === prompt ? [{ how, place }] : []))
    const accepted = places.filter(({ how }) => how === 'accepted')
    const script = scripts[scenario.scripts[accepted[0]?.place ?? Number.NaN] ?? 'plain']
    if (accepted.length > 1 || (accepted[0] && accepted[0] !== places.at(-1)))
      faults.push(`${prompt} was sent ${places.length} times: ${places.map(({ how }) => how).join(', ')}`)
    if (!outcome || !isAllowed(outcome, prompt, { isAccepted: accepted.length > 0, isFailing: script?.error !== undefined }))
      faults.push(`${prompt} (received: ${places.map(({ how }) => how).join(', ') || 'never'}) became ${JSON.stringify(outcome)}`)
  }
  return faults
}

const isAllowed = (outcome: Outcome, prompt: string, { isAccepted, isFailing }: { isAccepted: boolean; isFailing: boolean }): boolean => {
  if ('text' in outcome) return isAccepted && !isFailing && outcome.text === answerTo(prompt)
  if (outcome.code === 'ANSWER_FAILED') return isAccepted ? isFailing : /the page refused the prompt/.test(outcome.reason)
  return outcome.code === 'OUTCOME_UNKNOWN' && !isAccepted
}
