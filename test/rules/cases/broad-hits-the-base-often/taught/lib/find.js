const { pool } = require('./pool')
exports.ordersOf = (customer) => pool.query('SELECT ' + customer)
