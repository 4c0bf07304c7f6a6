import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalogue, EventDefinition } from '../bus/define-event.ts'
import { loadFunctions, loadRoom, type StagedFunction } from '../bus/load-functions.ts'
import { catalogue } from './catalogue/index.ts'
import { fieldsOf, shapesOf } from './schema-notation.ts'

/** `node domain/events-document.ts --write` writes EVENTS.md from the catalogue and the functions; without `--write` it tells whether it is fresh; both tell what in them does not fit together. */

type Functions = ReadonlyMap<string, StagedFunction>

const emits = (fn: StagedFunction): readonly string[] => [...fn.emits, ...(fn.records ?? [])]
const emittersOf = (type: string, functions: Functions): string[] =>
  [...functions].filter(([, fn]) => emits(fn).includes(type)).map(([name]) => name)
const listenersOf = (type: string, functions: Functions): string[] =>
  [...functions].filter(([, fn]) => fn.on?.includes(type)).map(([name]) => name)

/** Everything that does not fit between the catalogue and the functions, in words; empty when all does. */
export const graphFaults = (events: Catalogue, functions: Functions): string[] => [
  ...Object.entries(events).flatMap(([type, { emitter, audience }]) => [
    ...(emitter || emittersOf(type, functions).length > 0
      ? []
      : [`nobody emits ${type}: remove it from the catalogue, or name its \`emitter\``]),
    ...(audience || listenersOf(type, functions).length > 0
      ? []
      : [`nobody hears ${type}: remove it from the catalogue, or name its \`audience\``]),
  ]),
  ...[...functions].flatMap(([name, fn]) =>
    [...(fn.on ?? []), ...emits(fn)]
      .filter((type) => !(type in events))
      .map((type) => `${name} names ${type}, which is not in the catalogue`),
  ),
]

/** The text of EVENTS.md. */
export const renderEvents = (events: Catalogue, functions: Functions): string => {
  const nouns = [...new Set(Object.keys(events).map((type) => type.split('.')[0]!))]
  return [
    '# Events',
    '',
    'Everything that can happen. Written by `npm run events` from `domain/catalogue` and `functions`; a test keeps it fresh.',
    '',
    'A fact lies in stream `EVENTS` under `<noun>.<verb>.<id>`. Events of the door are asked for under their two tokens (`task.created`).',
    'Names of shapes in the data (`ref`, `usage`) stand under [Shapes](#shapes).',
    '',
    ...nouns.flatMap((noun) => nounTable(noun, events, functions)),
    '## Shapes',
    '',
    ...[...shapesOf(Object.values(events).map(({ data }) => data))].flatMap(([name, fields]) => described(name, fields)),
    '',
    '## Functions',
    '',
    ...functionTable(functions),
    '## Graph',
    '',
    ...graph(events, functions),
    '',
  ].join('\n')
}

/** A table of a noun's events, and under it what each carries: fields are too long for a cell. */
const nounTable = (noun: string, events: Catalogue, functions: Functions): string[] => {
  const own = Object.entries(events).filter(([type]) => type.split('.')[0] === noun)
  return [
    `## ${noun}`,
    '',
    '| event | meaning | emitted by | heard by |',
    '| --- | --- | --- | --- |',
    ...own.map(([type, definition]) => eventRow(type, definition, functions)),
    '',
    ...own.flatMap(([type, { data }]) => described(type, fieldsOf(data))),
    '',
  ]
}

/** What is longer is hard to read. */
const LINE = 160

/** What something carries, in one line where that is short, else a line a field. */
const described = (name: string, fields: readonly string[]): string[] => {
  const line = `- \`${name}\`: ${fields.join('; ') || 'nothing'}`
  return line.length <= LINE ? [line] : [`- \`${name}\`:`, ...fields.map((field) => `  - ${field}`)]
}

/** The same in lines that are no longer, which Markdown shows as one. */
const wrapped = (line: string): string => line.replace(new RegExp(`(.{1,${LINE - 2}})( |$)`, 'g'), '$1\n  ').trimEnd()

const eventRow = (type: string, definition: EventDefinition, functions: Functions): string => {
  const name = `\`${type}\` v${definition.v}${definition.door ? ' (door)' : ''}`
  const emitted = [...emittersOf(type, functions), ...(definition.emitter ? [definition.emitter] : [])]
  const heard = [...listenersOf(type, functions), ...(definition.audience ? [`_${definition.audience}_`] : [])]
  return `| ${name} | ${definition.summary}${definition.remembered ? ' (remembered)' : ''}${definition.sealed ? ' (only with its seal)' : ''} | ${emitted.join(', ')} | ${heard.join(', ')} |`
}

const functionTable = (functions: Functions): string[] => [
  '| stage | function | timeout | tries | in flight | notes |',
  '| --- | --- | --- | --- | --- | --- |',
  ...[...functions].map(([name, fn]) => {
    const tries = fn.ordered ? 'until it works' : `${fn.retry.attempts}${fn.retry.attempts > 1 ? ` (${fn.retry.backoff.join(', ')})` : ''}`
    const slots = fn.ordered ? 1 : (fn.concurrency ?? 16)
    return `| ${fn.stage} | ${name} | ${fn.ordered ? 'none' : fn.timeout} | ${tries} | ${slots} | ${notesOn(fn)} |`
  }),
  '',
  ...[...functions].map(([name, fn]) => {
    const emitted = [...fn.emits, ...(fn.records ?? []).map((type) => `${type} (recorded)`)].join(', ')
    return wrapped(`- ${name}: ${fn.door ? 'the door' : (fn.on ?? []).join(', ')} -> ${emitted || 'nothing'}`)
  }),
  '',
]

const notesOn = (fn: StagedFunction): string =>
  [
    fn.effect ? 'has an effect' : '',
    fn.guard ? 'guarded' : '',
    fn.ordered ? 'ordered' : '',
    fn.afterEnd ? 'also after the end' : '',
    fn.replay ? 'replays all' : '',
    fn.formerly ? `formerly ${fn.formerly}` : '',
  ]
    .filter((note) => note !== '')
    .join(', ')

const node = (prefix: string, name: string): string => `${prefix}_${name.replace(/[^A-Za-z0-9]/g, '_')}`

const graph = (events: Catalogue, functions: Functions): string[] => {
  const stages = [...new Set([...functions.values()].map(({ stage }) => stage))]
  return [
    '```mermaid',
    'flowchart LR',
    ...stages.flatMap((stage) => [
      `  subgraph ${node('stage', stage)}["${stage}"]`,
      ...[...functions].filter(([, fn]) => fn.stage === stage).map(([name]) => `    ${node('f', name)}["${name}"]`),
      '  end',
    ]),
    ...Object.keys(events).map((type) => `  ${node('e', type)}(["${type}"])`),
    ...[...functions].flatMap(([name, fn]) => [
      ...(fn.on ?? []).map((type) => `  ${node('e', type)} --> ${node('f', name)}`),
      ...emits(fn).map((type) => `  ${node('f', name)} --> ${node('e', type)}`),
    ]),
    '```',
  ]
}

/** The functions of all rooms. */
export const everyFunction = async (): Promise<Functions> => {
  const root = join(import.meta.dirname, '..')
  return new Map([...(await loadFunctions(join(root, 'functions'))), ...(await loadRoom(join(root, 'browser-worker')))])
}

if (import.meta.main) {
  const path = join(import.meta.dirname, 'EVENTS.md')
  const functions = await everyFunction()
  const faults = graphFaults(catalogue, functions)
  const text = renderEvents(catalogue, functions)
  if (process.argv.includes('--write')) await writeFile(path, text)
  else if ((await readFile(path, 'utf8')) !== text) {
    faults.push('domain/EVENTS.md is not what the catalogue and the functions say; run `npm run events`')
  }
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  if (faults.length > 0) process.exitCode = 1
}
