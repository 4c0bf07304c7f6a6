"""A chat that answers by a script, for `chainlit run`.

FRONT_END_SCRIPTS names a JSON file, read at every message: a list of {when, steps, answers, charactersPerSecond, error};
the first whose `when` stands in the prompt counts. FRONT_END_RECEIVED names the file that every message is written to, one JSON a line.
With FRONT_END_ACCOUNTS there is a login, and conversations are kept as long as the process lives.
"""

import asyncio
import json
import os
from pathlib import Path

import chainlit as cl


def script_for(prompt):
    scripts = json.loads(Path(os.environ["FRONT_END_SCRIPTS"]).read_text(encoding="utf-8"))
    return next(script for script in scripts if script["when"] in prompt)


def write_down(message):
    files = [
        {"name": element.name, "type": element.mime, "size": os.path.getsize(element.path)}
        for element in message.elements
    ]
    entry = json.dumps({"text": message.content, "files": files, "thread": message.thread_id})
    with open(os.environ["FRONT_END_RECEIVED"], "a", encoding="utf-8") as received:
        received.write(entry + "\n")


async def think(step):
    async with cl.Step(name=step["name"], type="tool") as shown:
        await asyncio.sleep(step["ms"] / 1000)
        shown.output = step["text"]


async def say(text, characters_per_second):
    message = cl.Message(content="")
    size = max(1, characters_per_second // 20)
    for start in range(0, len(text), size):
        await message.stream_token(text[start : start + size])
        await asyncio.sleep(0.05)
    await message.send()


@cl.on_message
async def on_message(message: cl.Message):
    write_down(message)
    script = script_for(message.content)
    for step in script["steps"]:
        await think(step)
    for answer in script["answers"]:
        await say(answer, script["charactersPerSecond"])
    if script["error"]:
        raise RuntimeError(script["error"])


if os.environ.get("FRONT_END_ACCOUNTS"):
    from chainlit_conversations import KeptConversations

    @cl.password_auth_callback
    def sign_in(name: str, password: str):
        return cl.User(identifier=name) if password == "open sesame" else None

    @cl.data_layer
    def data_layer():
        return KeptConversations()

    @cl.on_chat_resume
    async def on_chat_resume(thread):
        pass
