import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import type { ChatPlatform } from './define-platform.ts'

const folder = new URL('./platforms/', import.meta.url)

const isPlatform = (value: unknown): value is ChatPlatform =>
  typeof value === 'object' && value !== null && 'settings' in value && 'adapter' in value && typeof value.adapter === 'function'

const load = async (file: string): Promise<[string, ChatPlatform]> => {
  const found: unknown = (await import(new URL(file, folder).href)).default
  if (!isPlatform(found)) throw new Error(`infra/chat/platforms/${file} defines no platform: its default export must be a definePlatform`)
  return [basename(file, '.ts'), found]
}

const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))

/** Every chat platform by its name, which is its file's in `platforms/`. */
export const chatPlatforms: ReadonlyMap<string, ChatPlatform> = new Map(await Promise.all(files.sort().map(load)))
