import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConfig } from '../../../infra/app/configuration.ts'
import { chatDesks, createChat } from '../../../infra/chat/chat.ts'
import { ConfigFault } from '../../../infra/config/config.ts'

const log = { debug: () => undefined, warn: () => undefined }
const connection = {} as Parameters<typeof createChat>[0]['connection'] // nothing is opened in these tests
const parts = (chat: Record<string, unknown>, env: Record<string, string>) => ({
  chat: checkConfig('the test', { projects: { shop: { path: '.' } }, gateway: { chat } }).gateway.chat,
  env,
  connection,
  log,
})

test('every variable that is missing is told at the start, all at once', () => {
  const broken = parts({ slack: { bot_token_env: 'MY_TOKEN' }, discord: {} }, { DISCORD_BOT_TOKEN: 'x', SLACK_SIGNING_SECRET: '' })
  assert.throws(
    () => createChat({ ...broken, typed: (step) => step }),
    (error: unknown) => {
      assert.ok(error instanceof ConfigFault)
      assert.deepEqual(error.faults, [
        'gateway.chat.discord.public_key_env names the variable DISCORD_PUBLIC_KEY, which is not set',
        'gateway.chat.discord.application_id_env names the variable DISCORD_APPLICATION_ID, which is not set',
        'gateway.chat.slack.bot_token_env names the variable MY_TOKEN, which is not set',
        'gateway.chat.slack.signing_secret_env names the variable SLACK_SIGNING_SECRET, which is not set',
      ])
      return true
    },
  )
})

test('without a section nothing is on, and nothing is needed', () => {
  const none = parts({}, {})
  assert.equal(createChat({ ...none, typed: (step) => step }).has('slack'), false)
  assert.deepEqual(chatDesks(none), [])
})

test('a project that is not there is a fault of the configuration', () =>
  assert.throws(
    () => parts({ slack: { project: 'elsewhere' } }, {}),
    /gateway\.chat\.slack\.project is "elsewhere", which is not in \[projects\]/,
  ))
