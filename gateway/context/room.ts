import { RequestFault } from '../../bus/define-service.ts'
import type { Disk } from '../../functions/ports.ts'

const RETRY_AFTER_MS = 10_000

/** Throws `RequestFault` 503 with the reason while the disk has no room for new work, before anything of it is stored. */
export const refuseWithoutRoom = async (disk: Disk): Promise<void> => {
  const shortage = await disk.shortage()
  if (shortage) throw new RequestFault(503, [`nothing was stored: ${shortage}`], { retryAfterMs: RETRY_AFTER_MS })
}
