import { z } from 'zod'
import { chatSchema, type PlatformSettings } from './chat-schema.ts'
import { WebhooksSchema } from './webhooks-schema.ts'

/** `[gateway]`: who may reach the system over HTTP, and how. */
export const gatewaySchema = (platforms: PlatformSettings) =>
  z
    .strictObject({
      enabled: z.boolean().default(true),
      host: z.string().default('127.0.0.1').describe('any address but loopback needs tokens: cortex token create'),
      port: z.int().min(0).max(65_535).default(8900),
      hosts: z.array(z.string()).default([]).describe('further host names it is called by'),
      origins: z.array(z.string()).default([]).describe('web pages of others that may call it'),
      tokens_required: z.boolean().default(false).describe('also on loopback, for example behind a reverse proxy'),
      rate_per_minute: z.int().min(1).default(6000).describe('requests of one token; as many may come at once'),
      deciding_tools: z.boolean().default(false).describe('offer the tools that approve and reject plans to models over /execute-tool'),
      chat: chatSchema(platforms).prefault({}),
      webhooks: WebhooksSchema.prefault({}),
      proxy: z
        .strictObject({
          enabled: z.boolean().default(true),
          host: z.string().default('127.0.0.1'),
          port: z.int().min(0).max(65_535).default(8000),
          token_env: z
            .string()
            .optional()
            .describe('name of the variable with the bearer token; needed for any other address than loopback'),
          origins: z.array(z.string()).default([]).describe('web pages that may call it'),
          hosts: z.array(z.string()).default([]).describe('further host names it is called by'),
          remote_images: z.boolean().default(false).describe('fetch images that a request names by their address'),
        })
        .prefault({})
        .describe('the OpenAI-compatible surface over the browser lane'),
    })
    .prefault({})
    .describe('how people and other programs reach the system over HTTP')
