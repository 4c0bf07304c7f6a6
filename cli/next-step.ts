import { dirname, join } from 'node:path'
import { shellWord } from '../infra/sandbox/shell-line.ts'
import { commands } from './commands.ts'

/** The options by which a command was told where its system is. */
export interface Where {
  readonly data?: string | undefined
  readonly config?: string | undefined
}

/** A sentence of ours, in which every `cortex <command>` reaches the same system when it is typed in this folder. Pure. */
export const asTypedHere = (sentence: string, { data, config }: Where): string =>
  sentence.replace(/\bcortex ([a-z]+)\b(?! --)/g, (typed, name: string) => {
    const takes = (option: string): boolean => commands.some((one) => one.name === name && one.options.some((each) => each.name === option))
    const isTold = config !== undefined && takes('config')
    // Without an option of its own the data lies beside the configuration.
    const folder = data ?? (config === undefined || isTold ? undefined : join(dirname(config), '.cortex'))
    return [
      typed,
      ...(isTold ? ['--config', shellWord(config)] : []),
      ...(folder !== undefined && takes('data') ? ['--data', shellWord(folder)] : []),
    ].join(' ')
  })
