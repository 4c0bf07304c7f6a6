client.get(url)
