pool.query('SELECT id, total FROM carts')
