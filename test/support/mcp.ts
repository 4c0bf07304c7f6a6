import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as OlderHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'

/** Public clients of both protocol eras, as one: the SDK of today, pinned to its revision, and the one of last year. */
export const eras = ['2026-07-28', '2025-11-25'] as const
export type Era = (typeof eras)[number]

/** What the person at a client answers to a question. */
export interface PersonAnswer {
  readonly action: 'accept' | 'decline' | 'cancel'
  readonly content?: Record<string, string>
}

export type Where =
  | { readonly url: string; readonly token?: string }
  | { readonly command: string; readonly args: string[]; readonly cwd: string; readonly env: Record<string, string> }

export interface ClientOptions {
  readonly where: Where
  readonly era: Era
  /** With it the client says that it can ask its person. */
  readonly person?: (question: string) => PersonAnswer | Promise<PersonAnswer>
}

const CallAnswer = z.looseObject({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().default('') })),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
})

export interface ToolAnswer {
  readonly text: string
  readonly structured: Record<string, unknown> | undefined
  readonly isError: boolean
}

export interface McpClient extends AsyncDisposable {
  readonly client: Pick<
    ModernClient,
    'listResources' | 'listResourceTemplates' | 'getServerVersion' | 'getInstructions' | 'getServerCapabilities'
  >
  tools(): Promise<{ name: string; description?: string | undefined; inputSchema: { [key: string]: unknown } }[]>
  call(
    name: string,
    input?: Record<string, unknown>,
    options?: { onProgress?: (message: string) => void; signal?: AbortSignal },
  ): Promise<ToolAnswer>
  /** Calls back with the address of each of these resources that changed, from now on. */
  onChange(uris: readonly string[], listener: (uri: string) => void): Promise<void>
  /** The text of a resource. */
  read(uri: string): Promise<string>
  /** Process id of the server, over stdio. */
  readonly pid: number | null
}

/** Connects; disposing ends the connection, and with it a server on stdio. */
export const openMcpClient = (options: ClientOptions): Promise<McpClient> =>
  options.era === '2026-07-28' ? openModern(options) : openOlder(options)

const about = { name: 'cortex-test', version: '1.0.0' }
const capabilities = (options: ClientOptions) => ({ capabilities: options.person ? { elicitation: { form: {} } } : {} })
const headers = (token?: string): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {})

const openModern = async (options: ClientOptions): Promise<McpClient> => {
  const { where, era, person } = options
  const client = new ModernClient(about, { ...capabilities(options), versionNegotiation: { mode: { pin: era } } })
  if (person) client.setRequestHandler('elicitation/create', async ({ params }) => ({ ...(await person(params.message)) }))
  const transport =
    'url' in where
      ? new ModernHttp(new URL(where.url), { requestInit: { headers: headers(where.token) } })
      : new ModernStdio({ ...where, stderr: 'pipe' })
  await client.connect(transport)
  return common(client, transport instanceof ModernStdio ? transport.pid : null)
}

const openOlder = async (options: ClientOptions): Promise<McpClient> => {
  const { where, person } = options
  const client = new OlderClient(about, capabilities(options))
  if (person) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await person(params.message)) }))
  const transport =
    'url' in where
      ? new OlderHttp(new URL(where.url), { requestInit: { headers: headers(where.token) } })
      : new OlderStdio({ ...where, stderr: 'pipe' })
  await client.connect(transport)
  const opened = common(client as unknown as ModernClient, transport instanceof OlderStdio ? transport.pid : null) // the same methods
  const call: McpClient['call'] = async (name, input = {}, { onProgress, signal } = {}) =>
    answerOf(await client.callTool({ name, arguments: input }, undefined, requestOptions(onProgress, signal)))
  const onChange: McpClient['onChange'] = async (uris, listener) => {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => listener(params.uri))
    for (const uri of uris) await client.subscribeResource({ uri })
  }
  return { ...opened, call, onChange }
}

const requestOptions = (onProgress?: (message: string) => void, signal?: AbortSignal) => ({
  ...(onProgress ? { onprogress: ({ message = '' }: { message?: string }) => onProgress(message) } : {}),
  ...(signal ? { signal } : {}),
})

const common = (client: ModernClient, pid: number | null): McpClient => ({
  client,
  pid,
  tools: async () => (await client.listTools()).tools,
  call: async (name, input = {}, { onProgress, signal } = {}) =>
    answerOf(await client.callTool({ name, arguments: input }, requestOptions(onProgress, signal))),
  onChange: async (uris, listener) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => listener(params.uri))
    await client.listen({ resourceSubscriptions: [...uris] })
  },
  read: async (uri) => {
    const [first] = (await client.readResource({ uri })).contents
    return first && 'text' in first ? first.text : ''
  },
  [Symbol.asyncDispose]: () => client.close(),
})

const answerOf = (answer: unknown): ToolAnswer => {
  const { content, structuredContent, isError = false } = CallAnswer.parse(answer)
  return { text: content.map(({ text }) => text).join('\n'), structured: structuredContent, isError }
}
