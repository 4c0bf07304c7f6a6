import subprocess


def archive(name):
    subprocess.run(f'tar czf {name}.tgz {name}', shell=True, check=True)
