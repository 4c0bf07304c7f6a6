import yaml

settings = yaml.safe_load(text)
