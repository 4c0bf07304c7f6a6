"""Asks the model proxy once, as `python clients.py <url> <client> <whole|stream> <text>`, and prints the answer."""

import asyncio
import json
import sys

base, client, mode, text = sys.argv[1:]
stream = mode == "stream"
v1 = base + "/v1"
url = v1 + "/chat/completions"
messages = [{"role": "user", "content": text}]
body = {"model": "gpt-test", "messages": messages, "stream": stream}


def content(answer):
    return answer["choices"][0]["message"]["content"]


def events(lines):
    for line in lines:
        line = (line.decode() if isinstance(line, bytes) else line).strip()
        if line.startswith("data: {"):
            yield json.loads(line[6:])["choices"][0]["delta"].get("content") or ""


def chunks(answer):
    return "".join(chunk.choices[0].delta.content or "" for chunk in answer) if stream else answer.choices[0].message.content


def openai():
    from openai import OpenAI

    return chunks(OpenAI(base_url=v1, api_key="any").chat.completions.create(model="gpt-test", messages=messages, stream=stream))


def responses():
    from openai import OpenAI

    answer = OpenAI(base_url=v1, api_key="any").responses.create(model="gpt-test", input=text, stream=stream)
    return "".join(event.delta for event in answer if event.type == "response.output_text.delta") if stream else answer.output_text


def litellm():
    import litellm

    return chunks(litellm.completion(model="openai/gpt-test", api_base=v1, api_key="any", messages=messages, stream=stream))


def langchain():
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model="gpt-test", base_url=v1, api_key="any")
    return "".join(str(chunk.content) for chunk in model.stream(text)) if stream else model.invoke(text).content


def ollama():
    import ollama

    answer = ollama.Client(host=base).chat(model="gpt-test", messages=messages, stream=stream)
    return "".join(part.message.content or "" for part in answer) if stream else answer.message.content


def requests():
    import requests

    answer = requests.post(url, json=body, stream=stream)
    return "".join(events(answer.iter_lines())) if stream else content(answer.json())


def urllib():
    import urllib.request

    answer = urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"}))
    return "".join(events(answer)) if stream else content(json.load(answer))


def httpx():
    import httpx

    with httpx.stream("POST", url, json=body, timeout=900) as answer:
        return "".join(events(answer.iter_lines())) if stream else content(json.loads(answer.read()))


async def aiohttp():
    import aiohttp

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=900)) as session, session.post(url, json=body) as answer:
        return "".join(events([line async for line in answer.content])) if stream else content(await answer.json())


said = globals()[client]()
print(asyncio.run(said) if asyncio.iscoroutine(said) else said)
