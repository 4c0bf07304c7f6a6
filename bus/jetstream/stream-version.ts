import type { StreamConfig } from '@nats-io/jetstream'
import { compareVersions } from '../peers.ts'
import { filtersOf } from './memory-sources.ts'

/** Where a stream notes the highest version of the programs that shaped it. */
const VERSION = 'cortex-version'

/** A stream's metadata with the highest version noted; `newer` is the one that is higher than ours. */
export const notedVersion = (
  there: Pick<StreamConfig, 'metadata'> | undefined,
  version: string,
): { metadata: Record<string, string>; newer?: string } => {
  const noted = there?.metadata?.[VERSION]
  const newer = noted !== undefined && compareVersions(version, noted) < 0 ? noted : undefined
  return { metadata: { ...there?.metadata, [VERSION]: newer ?? version }, ...(newer ? { newer } : {}) }
}

/** What an older program leaves alone, in a sentence. Pure. */
export const whatOnlyNewerKnow = (
  there: StreamConfig,
  ours: Partial<StreamConfig>,
  { version, newer }: { version: string; newer: string },
): string => {
  const heard = ({ subjects = [], sources = [] }: Partial<StreamConfig>): string[] => [...subjects, ...sources.flatMap(filtersOf)]
  const unknown = heard(there).filter((subject) => !heard(ours).includes(subject))
  const told = unknown.length > 0 ? `; it does not know ${unknown.join(', ')}, and leaves that there` : ''
  return `cortex ${newer} has been at work here, this one is ${version}${told}: a fact that only the newer one knows waits for it`
}
