import yaml


def read_config(path):
    with open(path) as source:
        return yaml.safe_load(source)
