import type { Adapter } from 'chat'
import { z } from 'zod'
import { common, secret } from '../../config/chat-schema.ts'
import { definePlatform } from '../define-platform.ts'

/** GitHub says how whoever wrote stands to the repository, in the event or in its comment. */
const Association = z.looseObject({ author_association: z.string().optional() })
const Written = Association.extend({ comment: Association.optional() }).catch({})
const MEMBERS: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR']

export default definePlatform({
  settings: z.strictObject({
    token_env: secret('GITHUB_TOKEN'),
    webhook_secret_env: secret('GITHUB_WEBHOOK_SECRET'),
    ...common,
    creators: common.creators.describe('who may ask for tasks and steer them; empty: owners, members and collaborators'),
  }),
  notifyExample: 'team/api:issue:1',
  ways: () => ({
    isMember: (raw) => {
      const { author_association: own, comment } = Written.parse(raw)
      const association = own ?? comment?.author_association
      return association === undefined || MEMBERS.includes(association)
    },
  }),
  adapter: async (settings, { secret, log }) => {
    const { createGitHubAdapter } = await import('@chat-adapter/github')
    return createGitHubAdapter({
      token: secret(settings.token_env),
      webhookSecret: secret(settings.webhook_secret_env),
      userName: settings.name,
      logger: log,
      ...(settings.api_url ? { apiUrl: settings.api_url } : {}),
    }) as unknown as Adapter
  },
})
