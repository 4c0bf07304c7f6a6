import type { AnyFunction } from '../../bus/define-function.ts'
import { chain, statefulChain } from '../support/chain.ts'
import { startNats } from '../support/nats.ts'
import { type BenchOptions, median, type Result, result, takeTurns, timed } from './measure.ts'
import { startOurChain } from './our-chain.ts'
import { type Chain, startRawChain } from './raw-chain.ts'

/** Messages in flight of one function: the same as the raw durables have. */
const SLOTS = 256
const AT_ONCE = 500

const withBoth = async <T>(
  { binary, sync }: BenchOptions,
  functions: Record<string, AnyFunction>,
  work: (ours: Chain, raw: Chain) => Promise<T>,
): Promise<T> => {
  await using nats = await startNats(binary, { sync })
  await using ours = await startOurChain(nats.url, functions)
  await using raw = await startRawChain(nats.url)
  return await work(ours, raw)
}

/** One chain after the other; the median of one chain's time. */
const oneByOne = (name: string, functions: Record<string, AnyFunction>) => async (options: BenchOptions) =>
  withBoth(options, functions, async (ours, raw): Promise<Result> => {
    const rounds = options.quick ? 60 : 600
    const { ours: mine, raw: theirs } = await takeTurns(
      rounds,
      rounds / 3,
      (round) => timed(() => ours.run(`a${round}`)),
      (round) => timed(() => raw.run(`a${round}`)),
    )
    return result(name, 'ms', median(mine), median(theirs))
  })

const manyAtOnce = (name: string, functions: Record<string, AnyFunction>) => async (options: BenchOptions) =>
  withBoth(options, functions, async (ours, raw): Promise<Result> => {
    const burst = async (which: Chain, round: number): Promise<number> =>
      AT_ONCE / ((await timed(() => Promise.all([...Array(AT_ONCE).keys()].map((n) => which.run(`b${round}-${n}`))))) / 1000)
    const rounds = options.quick ? 2 : 8
    const { ours: mine, raw: theirs } = await takeTurns(
      rounds,
      2,
      (round) => burst(ours, round),
      (round) => burst(raw, round),
    )
    return result(name, 'chains/s', median(mine), median(theirs), `${AT_ONCE} at once`)
  })

export const chain3 = oneByOne('chain3', chain(SLOTS))
export const chain3State = oneByOne('chain3_state', statefulChain(SLOTS))
export const parallel = manyAtOnce('parallel', chain(SLOTS))
export const parallelState = manyAtOnce('parallel_state', statefulChain(SLOTS))
