import { z } from 'zod'

const Variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and "_"')
const Person = z.string().min(1).max(100)

/** What every platform has. Whoever may write to the bot there may ask for tasks, unless `creators` says otherwise. */
const common = {
  people: z.array(Person).default([]).describe('who may approve and reject plans; empty: nobody over this platform'),
  creators: z
    .array(Person)
    .default([])
    .describe('who may ask for tasks and steer them; empty: everybody there (on GitHub: owners, members and collaborators)'),
  call: z.array(Person).default([]).describe('who is called by name when a task needs a person; empty: people'),
  notify: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('where plans and trouble of tasks from elsewhere are told: "C0123:" on Slack, "<guild>:<channel>" on Discord'),
  project: z.string().optional().describe('of tasks that name none'),
  name: z.string().min(1).max(80).default('cortex').describe('what the bot is called there'),
  api_url: z.url().optional().describe("another address than the platform's own"),
}
const secret = (variable: string) => Variable.default(variable).describe('name of the variable that holds it')

/** `[gateway.chat]`: the chat platforms that are switched on. */
export const ChatSchema = z
  .strictObject({
    slack: z
      .strictObject({ bot_token_env: secret('SLACK_BOT_TOKEN'), signing_secret_env: secret('SLACK_SIGNING_SECRET'), ...common })
      .optional(),
    discord: z
      .strictObject({
        bot_token_env: secret('DISCORD_BOT_TOKEN'),
        public_key_env: secret('DISCORD_PUBLIC_KEY'),
        application_id_env: secret('DISCORD_APPLICATION_ID'),
        listen: z
          .boolean()
          .default(true)
          .describe("hear mentions over Discord's Gateway, and commands and buttons where the application has no address for them"),
        ...common,
      })
      .optional(),
    telegram: z
      .strictObject({ bot_token_env: secret('TELEGRAM_BOT_TOKEN'), secret_token_env: secret('TELEGRAM_WEBHOOK_SECRET'), ...common })
      .optional(),
    teams: z
      .strictObject({
        app_id_env: secret('TEAMS_APP_ID'),
        app_password_env: secret('TEAMS_APP_PASSWORD'),
        tenant_id_env: secret('TEAMS_TENANT_ID'),
        ...common,
      })
      .optional(),
    github: z
      .strictObject({ token_env: secret('GITHUB_TOKEN'), webhook_secret_env: secret('GITHUB_WEBHOOK_SECRET'), ...common })
      .optional(),
  })
  .describe('people on these platforms ask for tasks, follow and decide on them; each section switches one on: POST /chat/<platform>')
