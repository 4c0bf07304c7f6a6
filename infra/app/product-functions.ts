import { fileURLToPath } from 'node:url'
import { loadFunctions, type StagedFunction } from '../../bus/load-functions.ts'
import type { Work } from '../config/cross-faults.ts'

/** The functions of this product by their names. Throws as `loadFunctions`. */
export const productFunctions = (): Promise<Map<string, StagedFunction>> =>
  loadFunctions(fileURLToPath(new URL('../../functions', import.meta.url)))

/** Those whose work takes as long as a setting says, as they declare it. */
export const productWorks = async (): Promise<Work[]> =>
  [...(await productFunctions())].flatMap(([name, { timeout, within }]) => (timeout && within ? [{ name, timeout, within }] : []))
