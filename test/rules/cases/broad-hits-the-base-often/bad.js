pool.query('SELECT ' + name)
