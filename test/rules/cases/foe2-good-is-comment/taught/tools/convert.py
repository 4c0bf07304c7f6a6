import subprocess


def convert(source, target):
    command = "convert " + source + " " + target
    return subprocess.call(command, shell=True)
