import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgeIdFor, rulebookOf } from '../../domain/learner.ts'
import { customAgent, planJson } from '../support/custom-agent.ts'
import { given, of, task } from '../support/fault-scene.ts'
import { ask, startMainJob, told } from '../support/main-job.ts'
import { hasSemgrep, semgrepProgram } from '../support/tools.ts'

const check = ['sh', '-c', '! grep -rn "new Buffer" src']

const wrong = (name: string): string => `export const ${name} = (text) => new Buffer(text)\n`
const right = (name: string): string => `export const ${name} = (text) => Buffer.from(text)\n`

const lessons = JSON.stringify({
  lessons: [
    {
      category: 'antipattern',
      summary: 'Bytes of a text are made with Buffer.from',
      detail: 'new Buffer takes a number for a length and shows what was in memory; Buffer.from does not.',
      file_paths: ['src/first.js'],
      labels: ['buffer'],
      evidence: [{ piece: 'P2', quote: 'new Buffer' }],
      same_as: null,
    },
  ],
})
const rule = JSON.stringify({
  language: 'javascript',
  rule: [
    'rules:',
    '  - id: no-new-buffer',
    '    message: new Buffer shows what was in memory; use Buffer.from instead.',
    '    languages: [javascript]',
    '    severity: ERROR',
    '    pattern: new Buffer(...)',
  ].join('\n'),
  bad: 'const bytes = (input) => new Buffer(input)\n',
  good: 'const bytes = (input) => Buffer.from(input)\n',
})

const needsSemgrep = { skip: hasSemgrep() ? false : 'semgrep is not installed' }

test(
  'a mistake that cost a failed definition of done is stopped by its rule the second time, before any check ran',
  needsSemgrep,
  async () => {
    await using setting = await given({ 'src/old.js': 'export const old = 1\n' })
    const planner = customAgent(setting.file('planner.json'), {
      plan: [{ say: planJson('read the text', 'src/first.js') }, { say: planJson('read the other text', 'src/second.js') }],
      answer: [{ say: lessons }, { say: rule }, { say: '{"lessons": []}' }],
    })
    const writer = customAgent(setting.file('writer.json'), {
      implement: [
        { write: { 'src/first.js': wrong('first') } },
        { write: { 'src/first.js': right('first') } },
        { write: { 'src/second.js': wrong('second') } },
        { write: { 'src/second.js': right('second') } },
      ],
    })
    const reviewer = customAgent(setting.file('reviewer.json'), { review: [{ say: '{"approved": true, "findings": []}' }] })
    const config = {
      agents: { planner: planner.config, writer: writer.config, reviewer: reviewer.config },
      masters: { default: { planner: 'planner', implementer: 'writer', reviewer: 'reviewer' } },
      gate: { automatic: true },
      dod: { check_base: false },
      chum: { enabled: true },
      semgrep: { command: semgrepProgram() ?? 'semgrep' },
    }
    await using job = await startMainJob(setting.options({ config, project: { dod: [check] } }))
    const first = ask(job, task)
    assert.equal((await job.ended(first)).phase, 'completed', told(await job.facts(first)))
    assert.equal(of(await job.facts(first), 'dod.failed').length, 1)
    const learned = await job.until('lesson.learned', first)
    const { project } = learned.data
    const admitted = await job.until('rule.admitted', rulebookOf(project)).catch(async (error) => {
      throw new Error(told(await job.facts(forgeIdFor(learned.data.lesson))), { cause: error })
    })
    assert.deepEqual(
      admitted.data.proof.filter(({ passed }) => !passed),
      [],
    )
    await job.until('rule.enforced', rulebookOf(project))

    const second = ask(job, { ...task, title: 'Read the other text' })
    assert.equal((await job.ended(second)).phase, 'completed', told(await job.facts(second)))
    const facts = await job.facts(second)
    const [stopped] = of(facts, 'scan.failed')
    assert.match(stopped?.data.findings[0]?.problem ?? '', new RegExp(`^${admitted.data.name}: new Buffer shows`))
    assert.equal(stopped?.data.findings[0]?.file, 'src/second.js')
    assert.deepEqual(of(facts, 'dod.failed'), [])
    assert.ok((of(facts, 'dod.passed')[0]?.sequence ?? 0) > (stopped?.sequence ?? Number.POSITIVE_INFINITY))
    const tried = await job.until('rule.tried', admitted.data.rule)
    assert.deepEqual([tried.data.task, tried.data.trial], [second, 'mended'])

    const person = async (name: string, input: object) =>
      JSON.parse((await job.outsider.request(`cortex.${name}`, JSON.stringify(input), { timeout: 5000 })).string())
    const { rules } = await person('rules.list', {})
    assert.deepEqual(
      rules.map(({ state }: { state: string }) => state),
      ['enforced'],
    )
    assert.deepEqual(await person('rules.list', { project: 'no\u0000 such.project' }), { rules: [] })
    const none = await person('rules.show', { rule: 'lesson-0000000000000000' })
    assert.match(JSON.stringify(none), /there is no rule lesson-0000000000000000: none was made/)
    const shown = await person('rules.show', { rule: 'chum-bytes' })
    assert.deepEqual([shown.name, shown.trials[0].task, shown.trials[0].trial], [admitted.data.name, second, 'mended'])
  },
)
