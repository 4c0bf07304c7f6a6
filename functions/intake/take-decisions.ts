import { decisionsFrom } from './decisions-from.ts'

/** Reads what is decided about plans on the system's own surfaces. */
export default decisionsFrom('system')
