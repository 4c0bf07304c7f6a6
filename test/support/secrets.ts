import type { Secrets } from '../../functions/ports.ts'
import { createSecrets } from '../../infra/secrets/secrets.ts'

/** The real service of a system that knows no secrets of its own. */
export const noSecrets = () => createSecrets({ known: {}, allow: [] })

/** For tests of functions: what is between these two words is a secret. */
export const stubSecrets: Secrets = {
  mask: async (text) => ({
    text: text.replace(/<hush>.*?<\/hush>/gs, '[secret masked: hush]'),
    kinds: text.includes('<hush>') ? ['hush'] : [],
  }),
  inChange: async (diff) => (diff.includes('<hush>') ? [{ file: 'src/cart.js', line: 3, kind: 'hush' }] : []),
}
