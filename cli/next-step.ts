import { dirname, join } from 'node:path'
import { plainly, withSteps } from '../bus/next-steps.ts'
import { shellWord } from '../infra/sandbox/shell-line.ts'
import { commands } from './commands.ts'
import type { Where } from './where.ts'

/** A sentence of ours, in which every `cortex <command>` reaches the same system when it is typed in this folder. Pure. */
export const asTypedHere = (sentence: string, { command, data, config, last }: Where): string =>
  plainly(sentence).replace(/(?<![\w./-])cortex ([a-z]+)(?![\w/-]|\.\w)/g, (said, name: string, at: number) => {
    const spec = commands.find((one) => one.name === name)
    if (spec === undefined) return said
    const typed = `${command} ${name}`
    if (/ --(?:data|config)(?![\w-])/.test(restOfStep(sentence, at, said))) return typed
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

/** What belongs to a step after its name: up to the mark that opened it, else until the sentence goes on; a quoted argument is a part of it. */
const restOfStep = (sentence: string, at: number, said: string): string => {
  const after = sentence.slice(at + said.length)
  const mark = /["'`]/.exec(sentence.charAt(at - 1))?.[0]
  if (mark !== undefined) return after.split(mark, 1)[0] ?? ''
  return /^(?:"[^"\n]*"|'[^'\n]*'|(?! cortex |\. )[^"'`;,)\n])*/.exec(after)?.[0] ?? ''
}

/** What a system tells, in which the steps that it marked reach it when they are typed here; all that others said stays as it is. Pure. */
export const asToldHere = (words: string, where: Where): string => withSteps(words, (step) => asTypedHere(step, where))
