import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import { sampleFolder } from '../../cli/demo/playground.ts'
import { git } from './temporary.ts'

/** A copy of the demo's sample without Semgrep rules: the scan is skipped, and a run takes seconds less. */
export const quickSample = (folder: string): string => {
  const sample = path.join(folder, 'sample')
  cpSync(sampleFolder, sample, { recursive: true })
  rmSync(path.join(sample, '.semgrep'), { recursive: true })
  return sample
}

/** The same as a git repository with one commit on `main`. */
export const sampleRepository = async (folder: string): Promise<string> => {
  const repository = path.join(folder, 'repository')
  cpSync(quickSample(folder), repository, { recursive: true })
  await git(repository, 'init', '--quiet')
  await git(repository, 'add', '--all')
  await git(repository, 'commit', '--quiet', '--message', 'The shop, with a fault')
  return repository
}
