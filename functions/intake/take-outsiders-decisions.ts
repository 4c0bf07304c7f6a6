import { decisionsFrom } from './decisions-from.ts'

/** Reads what is decided about plans over the open subjects. */
export default decisionsFrom('anybody')
