import type { ModelApi } from '../../functions/ports.ts'
import type { OwnSecrets } from '../secrets/secrets.ts'
import type { Api } from './endpoint.ts'

export interface ModelApiOptions {
  /** `[lanes.api]` of the configuration; without it nothing can be asked. */
  api: Api | undefined
  /** The value of the variable that `key_env` names. */
  key: string | undefined
  secrets: Pick<OwnSecrets, 'mask' | 'maskLines'>
}

/** The `ModelApi` service: one user message to an OpenAI-compatible endpoint, streamed. Not retried here: the caller decides by the class. */
export function createModelApi({ api, key, secrets }: ModelApiOptions): ModelApi {
  if (!api) {
    const reason = 'No model endpoint is configured. Set url and model in [lanes.api] of cortex.toml.'
    return { configured: false, ask: async () => ({ ok: false, class: 'missing', reason }) }
  }
  let ask: Promise<ModelApi['ask']> | undefined
  return {
    configured: true,
    ask: async (input) => {
      ask ??= import('./endpoint.ts').then(({ createEndpoint }) => createEndpoint(api, key, secrets)) // large, and many systems ask no endpoint
      return (await ask)(input)
    },
  }
}
