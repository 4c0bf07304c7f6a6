import subprocess


def convert(source, target):
    return subprocess.call(["convert", source, target])
