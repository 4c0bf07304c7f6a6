"""What both front ends share: the scripts they answer by, and the file that tells what reached them.

FRONT_END_SCRIPTS names a JSON file, read at every message: a list of {when, steps, answers, charactersPerSecond, error};
the first whose `when` stands in the prompt counts. FRONT_END_RECEIVED names the file that every message is written to, one JSON a line.
"""

import json
import os
from pathlib import Path


def script_for(prompt):
    scripts = json.loads(Path(os.environ["FRONT_END_SCRIPTS"]).read_text(encoding="utf-8"))
    return next(script for script in scripts if script["when"] in prompt)


def write_down(prompt, paths):
    """Paths: the files that came along, by the names they were attached under."""
    files = [{"name": name, "size": os.path.getsize(path)} for name, path in paths.items()]
    with open(os.environ["FRONT_END_RECEIVED"], "a", encoding="utf-8") as received:
        received.write(json.dumps({"text": prompt, "files": files}) + "\n")


def pieces(text, characters_per_second):
    """The text in pieces, one of which is to be shown every 50 ms."""
    size = max(1, characters_per_second // 20)
    return [text[start : start + size] for start in range(0, len(text), size)]
