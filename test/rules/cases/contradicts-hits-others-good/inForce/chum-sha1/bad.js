createHash('sha1')
