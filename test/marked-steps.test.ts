import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from '../cli/commands.ts'
import { sourceFiles } from './support/source-tree.ts'

/** Who makes sentences that are read elsewhere; the command line types its own. */
const makers = ['bus/', 'domain/', 'functions/', 'gateway/', 'browser-worker/', 'infra/']

/** Files that name a command and mark no step, with the reason. One that names none any more fails the test. */
const exceptions: Readonly<Record<string, string>> = {
  'gateway/http/document.ts': 'a document says the same to every reader',
  'gateway/surfaces/operator/surface.ts': 'a document says the same to every reader',
  'infra/config/gateway-schema.ts': 'a document says the same to every reader',
  'gateway/http/guards.ts': 'who has shown no token is told no paths',
  'gateway/surfaces/page/login.ts': 'who has shown no token is told no paths',
  'infra/app/http.ts': 'a fault of the configuration: the command that reads it types it',
  'infra/app/tokens.ts': 'a fault of the data folder: the command that reads it types it',
  'infra/config/nearest-configuration.ts': 'a fault of the configuration: the command that reads it types it',
}

const names = commands.map(({ name }) => name).join('|')
const named = new RegExp(String.raw`(?<![\w./-])cortex (?:${names})(?![\w-])`)
const files = sourceFiles().filter(({ path }) => makers.some((room) => path.startsWith(room)))

test('a next step in a sentence is marked where the sentence is made', () => {
  const unmarked = files.flatMap(({ path, texts }) => texts.filter((text) => named.test(text)).map((text) => ({ path, text })))
  const faults = unmarked.filter(({ path }) => !Object.hasOwn(exceptions, path)).map(({ path, text }) => `${path}: ${text.trim()}`)
  const stale = Object.keys(exceptions).filter((path) => !unmarked.some((one) => one.path === path))
  assert.deepEqual([faults, stale], [[], []], 'mark it with `step` or `chatStep` of bus/next-steps.ts')
})

test('what is marked is a command that there is', () => {
  const steps = files
    .filter(({ text }) => text.includes('/next-steps.ts'))
    .flatMap(({ path, steps }) => steps.map((step) => ({ path, step })))
  assert.ok(steps.length >= 20, `only ${steps.length} steps were found: nothing here means anything`)
  const unknown = steps.filter(({ step }) => !new RegExp(`^(?:${names})(?![\\w-])`).test(step))
  assert.deepEqual(unknown, [])
})
