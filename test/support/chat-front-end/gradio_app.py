"""A scripted chat on Gradio's plain chat page: a field, Enter, no addresses of conversations, no names of turns."""

import os
import sys
import time

import gradio as gr
from front_end_script import pieces, script_for, write_down


def thought(step, status):
    return gr.ChatMessage(content=step["text"], metadata={"title": step["name"], "status": status})


def answer(message, history):
    write_down(message["text"], {os.path.basename(path): path for path in message["files"]})
    script = script_for(message["text"])
    thoughts = []
    for step in script["steps"]:
        yield [*thoughts, thought(step, "pending")]
        time.sleep(step["ms"] / 1000)
        thoughts.append(thought(step, "done"))
    shown = ""
    for piece in pieces("\n\n".join(script["answers"]), script["charactersPerSecond"]):
        shown += piece
        yield [*thoughts, shown]
        time.sleep(0.05)
    if script["error"]:
        raise gr.Error(script["error"])


gr.ChatInterface(answer, multimodal=True, title="Scripted chat").launch(
    server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True, share=False
)
