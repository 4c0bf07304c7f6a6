import requests


def rate(url):
    return requests.get(url, verify=False).json()
