import json


def load_rates(path):
    try:
        with open(path) as source:
            return json.load(source)
    except:
        return {}
