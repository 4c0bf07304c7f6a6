import assert from 'node:assert/strict'
import path from 'node:path'
import type { Fact } from '../../domain/fact.ts'
import { approveAndWait, type MainJob, type MainJobOptions, told } from './main-job.ts'
import { makeRepository, temporaryFolder } from './temporary.ts'

/** The scripted agents understand it, and the check of the sample sees whether it was done. */
export const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
export const check = ['grep', '-q', 'goodbye', 'greeting.txt']

export async function given(files: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  const base = await makeRepository(repository, { 'greeting.txt': 'hello\n', ...files })
  const options = (more: Partial<MainJobOptions> = {}): MainJobOptions => ({
    repository,
    ...more,
    project: { dod: [check], ...more.project },
  })
  const file = (name: string): string => path.join(folder.path, name)
  return { repository, base, file, options, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

export const of = <T extends Fact['type']>(facts: readonly Fact[], type: T): Fact<T>[] =>
  facts.filter((fact): fact is Fact<T> => fact.type === type)

/** A bad end and that a person heard of it. */
export const escalated = async (job: MainJob, id: string): Promise<Fact<'task.escalated'>['data']> => {
  const end = await approveAndWait(job, id)
  assert.equal(end.phase, 'escalated', told(await job.facts(id)))
  await job.until('notification.sent', id, { where: ({ data }) => data.about === 'task.escalated' })
  return of(await job.facts(id), 'task.escalated')[0]!.data
}
