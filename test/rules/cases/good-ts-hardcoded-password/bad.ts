const dbPassword = 'hunter2'
