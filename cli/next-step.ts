import { dirname, join } from 'node:path'
import { shellWord } from '../infra/sandbox/shell-line.ts'
import { commands } from './commands.ts'
import type { Where } from './where.ts'

/** A sentence of ours, in which every `cortex <command>` reaches the same system when it is typed in this folder. Pure. */
export const asTypedHere = (sentence: string, { command, data, config, last }: Where): string =>
  sentence.replace(/\bcortex ([a-z]+)\b( --(?:data|config)\b)?/g, (said, name: string, place?: string) => {
    const spec = commands.find((one) => one.name === name)
    if (spec === undefined) return said
    const typed = `${command} ${name}`
    if (place !== undefined) return typed + place
    const takes = (option: string): boolean => spec.options.some((each) => each.name === option)
    const told = takes('config') ? (config ?? last) : undefined
    // Without an option of its own the data lies beside the configuration.
    const folder = data ?? (config === undefined || told !== undefined ? undefined : join(dirname(config), '.cortex'))
    return [
      typed,
      ...(told === undefined ? [] : ['--config', shellWord(told)]),
      ...(folder !== undefined && takes('data') ? ['--data', shellWord(folder)] : []),
    ].join(' ')
  })
