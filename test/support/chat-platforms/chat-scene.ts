import { RequestFault } from '../../../bus/define-service.ts'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import type { Chat } from '../../../functions/ports.ts'
import type { Operations } from '../../../gateway/operations.ts'
import type { TaskWish } from '../../../gateway/services/task-wish.ts'
import { chatSurface } from '../../../gateway/surfaces/chat/surface.ts'
import { productSchema } from '../../../infra/app/configuration.ts'
import { chatDesks, createChat } from '../../../infra/chat/chat.ts'
import type { Environment } from '../../../infra/config/environment.ts'
import { quiet } from '../bus.ts'
import { type GivenGateway, givenGateway } from '../gateway.ts'
import { startNats } from '../nats.ts'
import { natsServerForTests } from '../tools.ts'

/** The door as the chat sees it: what was asked of it, and what it refuses. */
export interface FakeDoor {
  readonly submitted: TaskWish[]
  readonly decided: { kind: 'approve' | 'reject'; id: string; planHash?: string | undefined }[]
  readonly cancelled: string[]
  /** Every call fails with it. */
  fault: Error | undefined
}

export interface ChatScene extends AsyncDisposable {
  readonly gateway: GivenGateway
  readonly chat: Chat
  readonly door: FakeDoor
  /** The same gateway in another process: the memory is shared, everything else is new. */
  another(): GivenGateway
}

/** The chat surface on a real bus, before operations that keep what they are asked. */
export const givenChat = async (
  settings: Record<string, unknown>,
  env: Environment,
  options: { now?: () => Date; timeoutMs?: number } = {},
): Promise<ChatScene> => {
  await using stack = new AsyncDisposableStack()
  const nats = stack.use(await startNats(natsServerForTests(), {}))
  const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
  stack.defer(() => connection.close())
  const config = { gateway: { chat: settings } }
  const parts = {
    chat: productSchema.parse(config).gateway.chat,
    env,
    connection,
    log: quiet,
    ...(options.timeoutMs ? { timeoutMs: options.timeoutMs } : {}),
  }
  const chat = createChat({ ...parts, typed: (step) => `here ${step}` })
  const stops = stack.use(new DisposableStack())
  const door: FakeDoor = { submitted: [], decided: [], cancelled: [], fault: undefined }
  const another = (): GivenGateway => {
    const gateway = givenGateway({
      surfaces: [chatSurface({ desks: chatDesks(parts), chat })],
      operations: operationsOn(door),
      config,
      ...(options.now ? { now: options.now } : {}),
    })
    stops.defer(() => gateway.stopping.abort())
    return gateway
  }
  const all = stack.move()
  return { gateway: another(), chat, door, another, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const operationsOn = (door: FakeDoor): Partial<Operations> => {
  const throwFault = (): void => {
    if (door.fault) throw door.fault
  }
  const decide = (kind: 'approve' | 'reject') => async (decision: { id: string; planHash?: string | undefined }) => {
    throwFault()
    door.decided.push({ kind, id: decision.id, planHash: decision.planHash })
    return { id: decision.id, outcome: `plan.${kind}d` }
  }
  return {
    submit: async (wish) => {
      throwFault()
      const known = door.submitted.find(({ id }) => id === wish.id)
      if (known && known.title !== wish.title) throw new RequestFault(409, ['other content'])
      if (!known) door.submitted.push(wish)
      return { id: wish.id ?? '', sequence: 1, created_at: '', repeated: known !== undefined }
    },
    cancel: async ({ id }) => {
      throwFault()
      door.cancelled.push(id)
      return { id, outcome: 'task.cancelled' }
    },
    approve: decide('approve'),
    reject: decide('reject'),
  }
}
