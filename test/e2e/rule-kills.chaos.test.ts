import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { storyFilter } from '../../bus/subjects.ts'
import { rulebookOf } from '../../domain/learner.ts'
import { beginLearning } from '../support/begin-learning.ts'
import { quiet } from '../support/bus.ts'
import { given } from '../support/fault-scene.ts'
import { startNats } from '../support/nats.ts'
import { until } from '../support/temporary.ts'
import { hasSemgrep, natsServerForTests, semgrepProgram } from '../support/tools.ts'

/** What each task does wrong first: calls that no rule of another one forbids. */
const words = ['amber', 'birch', 'cedar', 'dogwood', 'elder', 'fern', 'gorse', 'hazel', 'iris', 'juniper']

/** Sentences for the scripted agents: a call that the check refuses, its mend, and what that teaches. */
const taskOf = (word: string) => ({
  title: `Read ${word}`,
  description: `Create \`src/${word}.js\` with \`export const ${word} = (a) => old_${word}(a)\\n\`.
Expect \`src/${word}.js\` to contain \`export const\`.
If told \`ended with 1\`, in \`src/${word}.js\`, replace \`old_${word}(a)\` with \`young(a)\`.
Learn \`Never ${word}\` from \`src/${word}.js\`: \`const x = (a) => old_${word}(a)\` is found by \`old_${word}(...)\`, \`const x = (a) => young(a)\` is not.`,
})

test('kill -9 at every fact of a rule that is made: it is asked for and admitted all the same, and stands once', {
  timeout: 600_000,
  skip: hasSemgrep() ? false : 'semgrep is not installed',
}, async (t) => {
  await using setting = await given({ 'src/start.js': 'export const start = 1\n' })
  await using nats = await startNats(natsServerForTests())
  const bus = await connectBus({ url: nats.url, name: 'test', log: quiet })
  const config = {
    projects: { sample: { path: setting.repository, dod: [['sh', '-c', '! grep -rn old_ src']] } },
    agents: { alder: { preset: 'scripted' }, birch: { preset: 'scripted' } },
    ...{ sandbox: { mode: 'none' }, gate: { automatic: true }, dod: { check_base: false }, chum: { enabled: true } },
    ...{ semgrep: { command: semgrepProgram() ?? 'semgrep' }, log: { level: 'silent' } },
    ...{ gateway: { port: 0, proxy: { port: 0 } }, nats: { ack_wait: '1s' } },
  }
  const options = { config, dataDir: setting.file('data'), cacheDir: setting.file('cache'), natsUrl: nats.url }
  mkdirSync(options.cacheDir)
  const subjects = async (filter: string): Promise<string[]> => (await readAll(bus, 'EVENTS', [filter])).map(({ subject }) => subject)
  let heard: (type: string, id: string) => void = () => undefined
  const start = (): Promise<ChildProcess> => beginLearning(options, (type, id) => heard(type, id))
  let child = await start()
  const book = rulebookOf('sample')
  let tasks = 0

  /** Lets a task teach a rule, kills the functions at that fact of its making, and says what the rule's story and the rulebook gained. */
  const make = async (killAt?: number) => {
    const word = words[tasks++]!
    const before = (await subjects(storyFilter(book))).length
    const killed = Promise.withResolvers<void>()
    let [facts, forge] = [0, '']
    heard = (type, about) => {
      if (type === 'rule.wanted') forge = about
      if ((about !== forge && about !== book) || facts++ !== killAt) return
      child.kill('SIGKILL')
      void once(child, 'close').then(() => killed.resolve())
    }
    bus.nc.publish('task.created', JSON.stringify({ id: `task-${word}`, project: 'sample', category: 'development', ...taskOf(word) }))
    if (killAt !== undefined) {
      await killed.promise
      child = await start()
    }
    const gained = async (): Promise<string[]> => (await subjects(storyFilter(book))).slice(before)
    await until(async () => (await gained()).includes(`rule.enforced.${book}`), 60_000)
    const bare = (all: readonly string[]): string[] => all.map((subject) => subject.split('.').slice(0, 2).join('.'))
    return { forge: bare(await subjects(storyFilter(forge))), book: bare(await gained()) }
  }

  try {
    const inPeace = await make()
    assert.deepEqual(inPeace.book, ['rule.admitted', 'rule.enforced'])
    const all = [...inPeace.forge, ...inPeace.book]
    for (const [at, type] of all.slice(0, -1).entries())
      await t.test(`kill -9 at fact ${at + 1}, ${type}`, async () => assert.deepEqual(await make(at), inPeace))
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
    await bus.close()
  }
})
