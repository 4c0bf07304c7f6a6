import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LearningProcess } from './learning-process.ts'

const program = fileURLToPath(new URL('./learning-process.ts', import.meta.url))

/** Starts the functions in a process of their own, which can be killed; each fact is told. Resolves when they have begun. */
export const beginLearning = async (options: LearningProcess, onFact: (type: string, id: string) => void): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const begun = Promise.withResolvers<void>()
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const [type = '', id = ''] = line.split(' ')
    if (type === 'begun') begun.resolve()
    else onFact(type, id)
  })
  await begun.promise
  return child
}
