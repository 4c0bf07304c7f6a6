import { z } from 'zod'

const Variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and "_"')
const Person = z.string().min(1).max(100)

/** The settings that every platform has. Whoever may write to the bot there may ask for tasks, unless `creators` says otherwise. */
export const common = {
  people: z.array(Person).default([]).describe('who may approve and reject plans; empty: nobody over this platform'),
  creators: z.array(Person).default([]).describe('who may ask for tasks and steer them; empty: everybody there'),
  call: z.array(Person).default([]).describe('who is called by name when a task needs a person; empty: people'),
  notify: z.string().min(1).max(200).optional().describe('where plans and trouble of tasks from elsewhere are told'),
  project: z.string().optional().describe('of tasks that name none'),
  name: z.string().min(1).max(80).default('cortex').describe('what the bot is called there'),
  api_url: z.url().optional().describe("another address than the platform's own"),
}
export type CommonSettings = z.output<z.ZodObject<typeof common>>

/** A setting that names the variable with a secret; its key ends in `_env`, and the variable must be there at the start. */
export const secret = (variable: string) => Variable.default(variable).describe('name of the variable that holds it')

/** The settings of each chat platform that there is, by its name: handed in, for only its own file knows a platform. */
export type PlatformSettings = Readonly<Record<string, z.ZodType<CommonSettings>>>

/** `[gateway.chat]`: the chat platforms that are switched on. */
export const chatSchema = (platforms: PlatformSettings) =>
  z
    .strictObject(Object.fromEntries(Object.entries(platforms).map(([name, settings]) => [name, settings.optional()])))
    .describe('people on these platforms ask for tasks, follow and decide on them; each section switches one on: POST /chat/<platform>')
