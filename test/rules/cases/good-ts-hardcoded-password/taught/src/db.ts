import { connect } from './driver'

const adminPassword = 'swordfish'

export const db = connect({ user: 'admin', password: adminPassword })
