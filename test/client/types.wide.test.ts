import assert from 'node:assert/strict'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import type { CompilerOptions } from 'typescript'
import * as client from '../../client/client.mjs'
import type * as declared from '../../client/types.d.mts'
import { temporaryFolder } from '../support/temporary.ts'

// CommonJS, whose names cannot be imported one by one.
const ts: typeof import('typescript') = createRequire(import.meta.url)('typescript')
const root = path.join(import.meta.dirname, '../..')

/** The program's own look at both: what is declared is there, and nothing else. */
const known: { readonly [Name in keyof typeof declared]: (typeof declared)[Name] } = client
const names: Readonly<Record<keyof typeof client, keyof typeof declared>> = {
  CortexAuthenticationError: 'CortexAuthenticationError',
  CortexBackpressureError: 'CortexBackpressureError',
  CortexCancelledError: 'CortexCancelledError',
  CortexConnectionError: 'CortexConnectionError',
  CortexError: 'CortexError',
  CortexRateLimitError: 'CortexRateLimitError',
  CortexRequestError: 'CortexRequestError',
  CortexTimeoutError: 'CortexTimeoutError',
  createCortexClient: 'createCortexClient',
}

/** A program outside; each `expect-error` is a fault of its own when the compiler sees none there. */
const consumer = `
import { createCortexClient, CortexError, CortexRateLimitError, type Answer, type Question } from '@cortex-loop/cortex/client'

const cortex = createCortexClient({ baseUrl: 'http://127.0.0.1:8000', token: undefined })
const question: Question = { text: 'Hello', images: [new Uint8Array(4), 'a.png'], priority: 'batch' }
const plain: Answer = await cortex.ask({ text: 'Hello', onProgress: ({ state, position = 0 }) => void [state.length, position + 1] })
const places: string = plain.text + plain.jobId + (plain.timings?.completed_at ?? '')
const count: number = (await cortex.ask({ text: 'n?', json: (value) => Number(value['n']) })).json
const object: Record<string, unknown> = (await cortex.ask({ text: 'n?', json: { type: 'object' } })).json
const some: unknown = (await cortex.ask(question)).json
try {
  await cortex.ask(question)
} catch (error) {
  const wait: number | undefined = error instanceof CortexRateLimitError ? error.retryAfterMs : undefined
  const code: string = error instanceof CortexError ? error.code : ''
  void [wait, code]
}
// @ts-expect-error a question has a text
await cortex.ask({ model: 'a' })
// @ts-expect-error no such field
await cortex.ask({ text: 'Hello', temperature: 1 })
// @ts-expect-error no such priority
await cortex.ask({ text: 'Hello', priority: 'urgent' })
// @ts-expect-error the function says what the JSON is
const word: string = (await cortex.ask({ text: 'n?', json: () => 7 })).json
// @ts-expect-error milliseconds are a number
createCortexClient({ timeoutMs: '10m' })
void [places, count, object, some, word]
`

/** What the compiler says of the program under these settings, a line each. */
const faultsOf = (file: string, settings: CompilerOptions): string[] => {
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    skipDefaultLibCheck: true, // the compiler's own
    types: [],
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
  }
  const program = ts.createProgram([file], { ...strict, ...settings })
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

const bundler = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
}
const nodenext = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, lib: ['lib.es2023.d.ts'] }

test('a program outside compiles against the client under the strictest settings, and a wrong use does not', async () => {
  assert.deepEqual(Object.keys(known).toSorted(), Object.values(names).toSorted())
  await using folder = await temporaryFolder()
  const installed = path.join(folder.path, 'node_modules/@cortex-loop/cortex')
  await mkdir(installed, { recursive: true })
  await cp(path.join(root, 'client'), path.join(installed, 'client'), { recursive: true })
  await cp(path.join(root, 'package.json'), path.join(installed, 'package.json'))
  await writeFile(path.join(folder.path, 'package.json'), '{"type":"module"}')
  const file = path.join(folder.path, 'consumer.ts')
  await writeFile(file, consumer)
  for (const settings of [bundler, nodenext]) assert.deepEqual(faultsOf(file, settings), [])
})
