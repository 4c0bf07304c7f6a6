import requests


def rate(url):
    return requests.get(url).json()
