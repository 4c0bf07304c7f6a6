const port = parseInt(process.env.PORT)
