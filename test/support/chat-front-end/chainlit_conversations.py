"""Chainlit's conversations in the memory of the process."""

from datetime import datetime, timezone

from chainlit.data.base import BaseDataLayer
from chainlit.data.utils import queue_until_user_message
from chainlit.types import PageInfo, PaginatedResponse
from chainlit.user import PersistedUser

users = {}
threads = {}


def now():
    return datetime.now(timezone.utc).isoformat()


class Conversations(BaseDataLayer):
    async def get_user(self, identifier):
        return users.get(identifier)

    async def create_user(self, user):
        kept = users.get(user.identifier) or PersistedUser(
            id=user.identifier, identifier=user.identifier, createdAt=now()
        )
        users[user.identifier] = kept
        return kept

    async def update_thread(self, thread_id, name=None, user_id=None, metadata=None, tags=None):
        empty = {"id": thread_id, "createdAt": now(), "name": None, "userId": None, "userIdentifier": None}
        thread = threads.setdefault(thread_id, {**empty, "tags": [], "metadata": {}, "steps": {}, "elements": []})
        if name is not None:
            thread["name"] = name
        if user_id is not None:
            thread["userId"] = thread["userIdentifier"] = user_id
        if metadata is not None:
            thread["metadata"] = metadata

    async def get_thread(self, thread_id):
        thread = threads.get(thread_id)
        if thread is None:
            return None
        steps = sorted(thread["steps"].values(), key=lambda step: step.get("createdAt") or "")
        return {**thread, "steps": steps}

    async def get_thread_author(self, thread_id):
        thread = threads.get(thread_id)
        return (thread or {}).get("userIdentifier") or ""

    async def list_threads(self, pagination, filters):
        kept = [await self.get_thread(id) for id, thread in threads.items() if thread["userId"] == filters.userId]
        newest = sorted(kept, key=lambda thread: thread["createdAt"], reverse=True)
        page = PageInfo(hasNextPage=False, startCursor=None, endCursor=None)
        return PaginatedResponse(pageInfo=page, data=newest)

    async def delete_thread(self, thread_id):
        threads.pop(thread_id, None)

    @queue_until_user_message()
    async def create_step(self, step_dict):
        await self.update_thread(step_dict["threadId"])
        threads[step_dict["threadId"]]["steps"][step_dict["id"]] = step_dict

    @queue_until_user_message()
    async def update_step(self, step_dict):
        await self.create_step(step_dict)

    @queue_until_user_message()
    async def delete_step(self, step_id):
        for thread in threads.values():
            thread["steps"].pop(step_id, None)

    async def create_element(self, element):
        pass

    async def get_element(self, thread_id, element_id):
        return None

    async def delete_element(self, element_id, thread_id=None):
        pass

    async def upsert_feedback(self, feedback):
        return ""

    async def delete_feedback(self, feedback_id):
        return True

    async def get_favorite_steps(self, user_id):
        return []

    async def build_debug_url(self):
        return ""

    async def close(self):
        pass
