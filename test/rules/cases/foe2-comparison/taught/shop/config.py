import yaml


def read_config(path):
    with open(path) as source:
        return yaml.load(source, Loader=yaml.Loader)
