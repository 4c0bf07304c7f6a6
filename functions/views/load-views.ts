import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyView } from './define-view.ts'

/** Every view of the folder by its file's name. */
export const loadViews = async (folder: string): Promise<Map<string, AnyView>> => {
  const views = new Map<string, AnyView>()
  // The keeper is no view, and importing it would start it a second time.
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && file !== 'keeper.ts')
  for (const file of files.sort()) {
    const found: unknown = (await import(pathToFileURL(join(folder, file)).href)).default
    if (isView(found)) views.set(basename(file, '.ts'), found)
  }
  return views
}

const isView = (value: unknown): value is AnyView =>
  typeof value === 'object' && value !== null && 'tables' in value && 'on' in value && 'apply' in value && typeof value.apply === 'function'
