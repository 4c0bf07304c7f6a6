import { z } from 'zod'

/** A text like "30s". */
export const Duration = z.string().regex(/^\d+(ms|s|m|h|d)$/, 'a duration looks like "30s", "5m", "24h"')
