"""The description of the API: what every operation may answer is added here, once, by rule."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from guanxi.api.door import KEY, creates, takes_file

ERROR = {
    "type": "object",
    "title": "Error",
    "required": ["error", "message", "field"],
    "properties": {
        "error": {"type": "string", "description": "A code for programs."},
        "message": {"type": "string", "description": "What to change, in the caller's language."},
        "field": {"type": "string", "description": "The input meant, or empty."},
    },
}
WORDS = {
    401: "Nobody is signed in, or the token is unknown, expired, revoked or of a deactivated user.",
    403: "The role does not carry this right, the token may only read, or the CSRF token is missing.",
    404: "Absent, or not visible to the caller: the same answer.",
    409: "Somebody saved first (with the current row and what changed), the number is taken, or the first "
    "request with this key is still running.",
    412: "As 409, when the version came in If-Match.",
    413: "The body is too large.",
    415: "The body is not of the documented media type.",
    422: "The input cannot be used; `field` names it.",
    429: "The day's budget is used up.",
}
IDEMPOTENCY = {
    "in": "header",
    "name": KEY,
    "required": False,
    "schema": {"type": "string", "maxLength": 80},
    "description": "Repeats with the same key and body give the first answer again; another body is refused.",
}
SAFE = {"GET"}


class DescribedApi(NinjaAPI):
    """NinjaAPI whose description is complete and whose operation ids are the function names."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**where)
        schema["components"]["schemas"]["Error"] = ERROR
        operations = {
            self.get_openapi_operation_id(operation): operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        }
        for path in schema["paths"].values():
            for details in path.values():
                _describe(details, operations[details["operationId"]])
        return schema


def error_statuses(operation: Operation, details: dict[str, Any]) -> set[int]:
    """What the operation may answer when it refuses."""
    found = {401, 403, 404, 422}
    if not set(operation.methods) <= SAFE:
        found |= {409, 413, 415, 429}
    if any(parameter["name"] == "If-Match" for parameter in details["parameters"]):
        found.add(412)
    return found


def _describe(details: dict[str, Any], operation: Operation) -> None:
    if creates(operation):
        details["parameters"].append(IDEMPOTENCY)
    if takes_file(operation):
        details["description"] = f"{details.get('description', '')} The body is a form.".strip()
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for status in sorted(error_statuses(operation, details)):
        details["responses"][status] = {"description": WORDS[status], "content": content}
