requests.get(url)
