import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceFiles } from './support/source-tree.ts'

/** Names that several files declare and export, by the reason why that is no second meaning. One that is not needed any more fails the test. */
const meant: Readonly<Record<string, readonly string[]>> = {
  'one thing, of which two rooms or two surfaces each tell in their own way': [
    ...['Duration', 'LaneView', 'LeftOutRule', 'JobAnswer', 'versionIn', 'readDiff'],
    ...['defineEvent', 'defineOrdered', 'aboutBase', 'askPerson', 'showPlan', 'metricsOf', 'healthRoute', 'metricsRoute', 'statusRoute'],
  ],
  'what every edge does for itself, with what it alone knows': ['faultOf', 'fill', 'textOf', 'valueAt', 'plain', 'option', 'credentialsOf'],
  'a word of one piece, read beside its neighbours alone': [
    ...['Asked', 'Call', 'Checks', 'Choice', 'Feed', 'Known', 'Listener', 'Patience', 'Place', 'Refusal', 'Resolved'],
    ...['Rules', 'Ruling', 'Said', 'Seen', 'Sent', 'Source', 'Told', 'Tool', 'ToolCall', 'Work', 'answers', 'createPlaces'],
    ...['differences', 'filtersOf', 'go', 'isCode', 'isWhole', 'requestIn', 'settle'],
  ],
}

/** What is declared twice and not meant, with the files, and what is meant and not declared twice. The stand-in page is a server of its own. */
const secondMeanings = (exported: readonly { readonly path: string; readonly exports: readonly string[] }[]): string[] => {
  const own = exported.filter(({ path }) => !path.startsWith('simulator/'))
  const files = Map.groupBy(
    own.flatMap(({ path, exports }) => exports.map((name) => ({ name, path }))),
    ({ name }) => name,
  )
  const allowed = Object.values(meant).flat()
  const twice = [...files].filter(([, declared]) => declared.length > 1)
  return [
    ...twice
      .filter(([name]) => !allowed.includes(name))
      .map(
        ([name, declared]) =>
          `${name} is declared in ${declared.map(({ path }) => path).join(' and ')}: give the lesser meaning its own word`,
      ),
    ...allowed
      .filter((name) => !twice.some(([other]) => other === name))
      .map((name) => `${name} is not declared twice any more: take it out`),
  ]
}

const given = sourceFiles()

test('no exported name is declared in two files, but for those that are meant', () => {
  assert.deepEqual(secondMeanings(given), [])
})

test('a name in a second file is told with both, and one that is meant and stands alone is told as well', () => {
  const second = { path: 'cli/second.ts', exports: ['whyWaiting'] }
  assert.ok(
    secondMeanings([...given, second]).includes(
      'whyWaiting is declared in domain/words/why-waiting.ts and cli/second.ts: give the lesser meaning its own word',
    ),
  )
  const without = given.filter(({ path }) => path !== 'bus/duration.ts')
  assert.ok(secondMeanings(without).includes('Duration is not declared twice any more: take it out'))
})
