const port = parseInt(process.env.PORT, 10)
