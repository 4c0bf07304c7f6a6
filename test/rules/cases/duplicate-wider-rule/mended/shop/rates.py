import requests


def current_rate(currency):
    response = requests.get("https://rates.test/latest", params={"currency": currency}, timeout=5)
    response.raise_for_status()
    return response.json()["rate"]
