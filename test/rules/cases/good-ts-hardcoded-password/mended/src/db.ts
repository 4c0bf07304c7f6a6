import { connect } from './driver'

export const db = connect({ user: 'admin', password: process.env.ADMIN_PASSWORD })
