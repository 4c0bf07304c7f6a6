import subprocess


def convert(source):
    command = 'convert ' + source
    subprocess.call(command, shell=True)
