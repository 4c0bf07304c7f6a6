import { createHmac } from 'node:crypto'
import type { Blobs } from '../../bus/blobs.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { lookAtDoor } from '../../bus/jetstream/keep-door.ts'
import { openDoorSubjects } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import type { Chat, Disk } from '../../functions/ports.ts'
import type { Views } from '../../functions/views/start-views.ts'
import type { Surface } from '../../gateway/http/gateway-app.ts'
import { isOpenPath } from '../../gateway/http/guards.ts'
import type { ServedApp } from '../../gateway/http/serve.ts'
import { chatSurface } from '../../gateway/surfaces/chat/surface.ts'
import { busSources } from '../../gateway/surfaces/follow/bus-sources.ts'
import { followTasks } from '../../gateway/surfaces/follow/follow-tasks.ts'
import { followSurface } from '../../gateway/surfaces/follow/surface.ts'
import { mcpSurface } from '../../gateway/surfaces/mcp/surface.ts'
import { operationSurface } from '../../gateway/surfaces/operations/surface.ts'
import { operatorSurface } from '../../gateway/surfaces/operator/surface.ts'
import { toLogin } from '../../gateway/surfaces/page/login.ts'
import { pageSurface } from '../../gateway/surfaces/page/surface.ts'
import { taskSurface } from '../../gateway/surfaces/tasks/surface.ts'
import { toolSurface } from '../../gateway/surfaces/tools/surface.ts'
import { toolFault } from '../../gateway/surfaces/tools/tool-fault.ts'
import { tools } from '../../gateway/surfaces/tools/tools.ts'
import { webhookSurface } from '../../gateway/surfaces/webhooks/surface.ts'
import { chatDesks } from '../chat/chat.ts'
import { ConfigFault } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { isLoopback } from '../config/loopback.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'
import { version } from './gateway.ts'
import { type ListenerNeeds, startListener, verifier } from './listener.ts'
import { newProjects } from './new-projects.ts'
import { operatorSecret } from './system-file.ts'

export interface HttpOptions extends ListenerNeeds {
  readonly env: Environment
  readonly connection: Connection
  readonly folds: TaskFolds
  readonly blobs: Blobs
  readonly views: Views
  readonly chat: Chat
  readonly disk: Disk
}

/** Listens for HTTP; undefined where the gateway is switched off. Throws `ConfigFault` when its port is taken or tokens are missing. */
export const startHttp = async (options: HttpOptions): Promise<(ServedApp & AsyncDisposable) | undefined> => {
  const { gateway } = options.loaded.config
  const { enabled, host, tokens_required: tokensRequired } = gateway
  if (!enabled) return undefined
  if ((!isLoopback(host) || tokensRequired) && !options.tokens.list().some(({ revokedAt }) => !revokedAt)) throw noTokens(host)
  return startListener(options, {
    name: 'http',
    section: 'gateway',
    portSetting: 'gateway.port (cortex up --port)',
    address: gateway,
    guards: { tokensRequired, isOpen: isOpenPath },
    surfaces: surfacesOf(options),
    answerError: toolFault,
    toLogin,
  })
}

/** Every surface; a new one is added here. */
const surfacesOf = ({ loaded, env, connection, folds, views, chat, disk, log, tokens, refusals }: HttpOptions): Surface[] => [
  toolSurface(),
  taskSurface(),
  operationSurface(),
  followSurface({ follower: followTasks(busSources(connection, folds)) }),
  chatSurface({ desks: chatDesks({ chat: loaded.config.gateway.chat, env, connection, log }), chat }),
  webhookSurface({ sources: createWebhooks({ config: loaded.config, env }).sources }),
  operatorSurface({
    views,
    ping: () => connection.nc.rtt(),
    door: () => lookAtDoor(connection, openDoorSubjects(catalogue)),
    disk,
    refusals,
    startedAt: new Date(),
    version,
  }),
  pageSurface({
    verify: verifier(tokens),
    statistics: views.statistics,
    newProjects: () => newProjects(loaded, env),
    onFact: folds.onFact,
  }),
  mcpSurface({ tools, version, onFact: busSources(connection, folds).onFact, key: keyFor('mcp', loaded.dataDir) }),
]

/** A key of this system for one purpose, the same for as long as its data folder lives. */
const keyFor = (purpose: string, dataDir: string): Uint8Array => createHmac('sha256', operatorSecret(dataDir)).update(purpose).digest()

const noTokens = (host: string): ConfigFault =>
  new ConfigFault('gateway', [
    `there are no tokens, and without them nobody may listen on "${host}": cortex token create <name>, or use 127.0.0.1`,
  ])
