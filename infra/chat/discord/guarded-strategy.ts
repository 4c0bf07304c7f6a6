import { SimpleShardingStrategy, type WebSocketManager } from '@discordjs/ws'

/**
 * The library's one strategy, but that what it throws in its own handlers of a frame, a close and a beat, which nobody waits for and
 * which would end the process, is told. These handlers are private: where a later version has other ones, the compiler says so.
 */
export const guardedStrategy =
  (onFault: (error: unknown) => void) =>
  (manager: WebSocketManager): SimpleShardingStrategy => {
    const strategy = new SimpleShardingStrategy(manager)
    const spawn = strategy.spawn.bind(strategy)
    strategy.spawn = async (ids) => {
      await spawn(ids)
      for (const shard of strategy['shards'].values()) {
        for (const name of ['onMessage', 'onClose', 'heartbeat'] as const) {
          // The library does not tell the types of what is private.
          const own: (...input: unknown[]) => Promise<void> = shard[name].bind(shard)
          shard[name] = (...input: unknown[]) => own(...input).catch(onFault)
        }
      }
    }
    const destroy = strategy.destroy.bind(strategy)
    strategy.destroy = (options) => {
      // It takes its own listener away, and a call that is not answered yet fails after that.
      for (const shard of strategy['shards'].values()) shard['connection']?.addEventListener('error', () => undefined)
      return destroy(options)
    }
    return strategy
  }
