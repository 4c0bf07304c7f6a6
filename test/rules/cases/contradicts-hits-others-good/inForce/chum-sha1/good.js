createHash('sha256')
