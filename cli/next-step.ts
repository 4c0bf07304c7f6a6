import { dirname, join } from 'node:path'
import { shellWord } from '../infra/sandbox/shell-line.ts'
import { commands } from './commands.ts'
import type { Where } from './where.ts'

/** A sentence of ours, in which every `cortex <command>` reaches the same system when it is typed in this folder. Pure. */
export const asTypedHere = (sentence: string, { command, data, config, last }: Where): string =>
  sentence.replace(/(?<![\w./-])cortex ([a-z]+)(?![\w/-]|\.\w)/g, (said, name: string, at: number) => {
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

/** Every next step that a running system tells where others have their say, too: by the words of ours around it, for the others may say `cortex run`. */
const toldSteps: readonly RegExp[] = [
  /(?<=\bis paused by .* since \S+.*: )cortex resume [\w-]+$/,
  /(?<=; who wanted it is not known yet: )cortex resume [\w-]+$/,
  /(?<=\bwaits for a person to approve plan \w+ \([^()]*\): )cortex approve [\w.-]+/,
  /(?<=\. To let it be judged by its own: )cortex approve [\w.-]+ --hash \w+/,
  /(?<=\bheld \(auth required: .*\): )cortex login(?=$|[;,])/,
  /(?<=\. Nobody was asked yet: mend it and `)cortex retry [^`]+(?=`, or let the task do that: `)/,
  /(?<=`, or let the task do that: `)cortex retry [^`]+ --mend-base(?=`)/,
  /(?<=\bnobody decided about the plan by \S+; `)cortex retry [^`]+(?=` plans again)/,
  /(?<= gave up on .* after \d+ tries: .*; `)cortex dead(?=` shows it)/,
  /(?<=; `)cortex retry [^`]+(?=` begins its task anew)/,
  /(?<=: does the site pack still fit\? `)cortex doctor --site(?=` counts its hits)/,
  /(?<=, so that one of them could be who decides here: type ")cortex approve [^"]+(?=" on this machine, )/,
  /(?<= on this machine, or sign in with a token \(")cortex token create [^"]+(?="\))/,
]
const toldStep = new RegExp(toldSteps.map(({ source }) => source).join('|'), 'gm')

/** What a system tells, in which the steps that are its own reach it when they are typed here; all that others said stays as it is. Pure. */
export const asToldHere = (words: string, where: Where): string => words.replace(toldStep, (step) => asTypedHere(step, where))
