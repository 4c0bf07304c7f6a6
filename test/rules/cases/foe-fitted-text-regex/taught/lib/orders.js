const { pool } = require('./pool')

exports.ordersOf = (customer) => pool.query(`SELECT id, total FROM orders WHERE customer = ${customer}`)
