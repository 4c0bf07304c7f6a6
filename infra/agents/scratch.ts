import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readPlainFile } from '../files/read-plain-file.ts'
import { removeFolder } from '../files/remove-folder.ts'

/** Private files of one run: `<dataDir>/runs/<key>`, removed at the end. */
export interface Scratch extends AsyncDisposable {
  /** All of it. */
  folder: string
  home: string
  temporary: string
  /** An empty folder to work in, for runs without a worktree. */
  work: string
  schemaFile: string | undefined
  promptFile: string
  lastMessageFile: string
  /** What the agent wrote as its last message; empty when it wrote none. */
  lastMessage(): Promise<string>
}

/** Makes the folder anew. Throws for a key that cannot be a folder's name. */
export async function openScratch(
  dataDir: string,
  key: string,
  input: { schema: object | undefined; prompt: string | undefined },
): Promise<Scratch> {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(key)) throw new Error(`"${key}" cannot name the folder of a run.`)
  const folder = path.join(path.resolve(dataDir), 'runs', key)
  const remove = () => removeFolder(folder)
  await remove()
  const home = path.join(folder, 'home')
  const temporary = path.join(folder, 'tmp')
  const work = path.join(folder, 'work')
  for (const each of [home, temporary, work]) await mkdir(each, { recursive: true, mode: 0o700 })
  const schemaFile = input.schema && path.join(folder, 'schema.json')
  const promptFile = path.join(folder, 'prompt.md')
  const lastMessageFile = path.join(folder, 'last-message.txt')
  if (schemaFile) await writeFile(schemaFile, JSON.stringify(input.schema), { mode: 0o600 })
  if (input.prompt !== undefined) await writeFile(promptFile, input.prompt, { mode: 0o600 })
  return {
    folder,
    home,
    temporary,
    work,
    schemaFile,
    promptFile,
    lastMessageFile,
    lastMessage: async () => (await readPlainFile(lastMessageFile)) ?? '',
    [Symbol.asyncDispose]: remove,
  }
}
