import yaml

settings = yaml.load(text, Loader=yaml.Loader)
