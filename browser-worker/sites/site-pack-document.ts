import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { SitePackSchema } from './site-pack-schema.ts'

/** The JSON schema of site packs, for editors. `node browser-worker/sites/site-pack-document.ts --write` renews the file beside the packs. */
export const sitePackJsonSchema = (): string => `${JSON.stringify(z.toJSONSchema(SitePackSchema, { io: 'input' }), null, 2)}\n`

if (import.meta.main && process.argv.includes('--write')) {
  writeFileSync(new URL('./site-pack.schema.json', import.meta.url), sitePackJsonSchema())
}
