/** A set of environment variables handed in by the caller; nothing below `infra/config/config.ts` reads our own. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The named variables of `source` that are set. */
export function pickVariables(source: Environment, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = source[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}

/** Every variable that changes how Cortex runs; besides these only those that the configuration names are read. */
export const environmentNames = {
  NATS_URL: 'use this NATS server and start none',
  CORTEX_CONFIG: 'the configuration file; default: the nearest cortex.toml upwards',
  CORTEX_DATA: 'the data folder; default .cortex beside the configuration file',
  CORTEX_CACHE_DIR: 'where fetched programs and mirrors are kept; default $XDG_CACHE_HOME/cortex, else ~/.cache/cortex',
  CORTEX_AUTH_DIR: "the browser lane's signed-in profile; wins over lanes.browser.profile",
  CORTEX_BROWSER: 'the Chromium or Chrome to use; wins over lanes.browser.browser',
  DEBUG_SHOW_BROWSER: '"true" shows the window of the browser lane',
  CORTEX_SYNC: '"always" or "fast": wins over nats.sync',
  CORTEX_SEAL_TAKE_OVER: 'the seal of another system, named where a start is refused: all that is stored with it is taken for our own',
  CORTEX_LOG_LEVEL: 'wins over log.level',
} as const
