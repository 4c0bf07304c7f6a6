import subprocess


def archive(name):
    subprocess.run(['tar', 'czf', f'{name}.tgz', name], check=True)
