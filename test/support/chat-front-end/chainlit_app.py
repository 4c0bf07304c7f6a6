"""A scripted chat for `chainlit run`. With FRONT_END_ACCOUNTS there is a login, and conversations live as long as the process."""

import asyncio
import os

import chainlit as cl
from front_end_script import pieces, script_for, write_down


async def think(step):
    async with cl.Step(name=step["name"], type="tool") as shown:
        await asyncio.sleep(step["ms"] / 1000)
        shown.output = step["text"]


async def say(text, characters_per_second):
    message = cl.Message(content="")
    for piece in pieces(text, characters_per_second):
        await message.stream_token(piece)
        await asyncio.sleep(0.05)
    await message.send()


@cl.on_message
async def on_message(message: cl.Message):
    write_down(message.content, {element.name: element.path for element in message.elements})
    script = script_for(message.content)
    for step in script["steps"]:
        await think(step)
    for answer in script["answers"]:
        await say(answer, script["charactersPerSecond"])
    if script["error"]:
        raise RuntimeError(script["error"])


if os.environ.get("FRONT_END_ACCOUNTS"):
    from chainlit_conversations import Conversations

    @cl.password_auth_callback
    def sign_in(name: str, password: str):
        return cl.User(identifier=name) if password == "open sesame" else None

    @cl.data_layer
    def data_layer():
        return Conversations()

    @cl.on_chat_resume
    async def on_chat_resume(thread):
        pass
