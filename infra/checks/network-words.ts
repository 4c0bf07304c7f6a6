import type { ConfinedResult } from '../sandbox/sandbox.ts'

/** What programs say when a name or an address of the network leads nowhere. */
const signs =
  /ENOTFOUND|EAI_AGAIN|ENETUNREACH|[Cc]ould not resolve|Name or service not known|UnknownHostException|Unknown host|Temporary failure in name resolution|no such host|Network is unreachable|Failed to establish a new connection/

/**
 * What a failed command missed of the network, and the setting that opens it; null when it missed nothing that shows.
 * @param setting its name within the project's section
 * @param reached the hosts that it has by now: who sets the setting must not lose them
 */
export function missedOfNetwork(
  run: Pick<ConfinedResult, 'exitCode' | 'refused' | 'stdout' | 'stderr'>,
  project: string,
  setting: string,
  reached: readonly string[] = [],
): string | null {
  if (run.exitCode === 0) return null
  const place = `[projects.${project}] of cortex.toml`
  if (run.refused.length > 0) {
    const names = [...new Set([...reached, ...run.refused.map((host) => host.replace(/:\d+$/, ''))])]
    return `The sandbox did not let it reach ${run.refused.join(', ')}: to allow that, set ${setting} = ${JSON.stringify(names)} in ${place}. This machine itself is never reached.`
  }
  const end = `${run.stdout.slice(-2_000)}\n${run.stderr.slice(-2_000)}`
  return signs.test(end)
    ? `It looked for a host of the network, and in the sandbox only programs that use HTTPS_PROXY reach any: those that ${setting} in ${place} names.`
    : null
}
