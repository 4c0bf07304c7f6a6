pool.query(`SELECT id, total FROM orders WHERE customer = ${customer}`)
