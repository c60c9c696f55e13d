"""Imports that rest with a plan, and their apply."""

from tests.stack.client import Api, Json
from tests.stack.files import make_csv

BEFORE = make_csv(
    "A,Lamp,1.00,4", "B,Desk,2.00,5", "C,Sofa,3.00,6", header="sku,name,price,quantity"
)
FILE = make_csv(
    "A,Lamp,1.10,4",
    "b,Desk,9.00,0",
    "C,Sofa,3.00,6",
    "D,=Rug,4.00,1",
    "D,Rug,5.00,1",
    "E,Bed,x,1",
    header="sku,name,price,quantity",
)
COUNTS = {
    "created": 1,
    "updated": 2,
    "unchanged": 1,
    "duplicate": 1,
    "skipped": 0,
    "rejected": 1,
    "missing": 0,
}


def begin_plan(api: Api, content: bytes, options: Json | None = None) -> str:
    body = {
        "filename": "a.csv",
        "size_bytes": len(content),
        "options": options or {},
        "apply": "manual",
    }
    created = api.call("POST", "/imports", json=body).json()
    api.upload(created, content)
    return str(created["job_id"])


def make_plan(api: Api, content: bytes, options: Json | None = None) -> Json:
    job_id = begin_plan(api, content, options)
    job = api.follow(job_id, lambda found: found["status"] not in ("PENDING", "PROCESSING")).job
    assert job["status"] == "PLANNED", job
    return job


def apply(api: Api, job_id: str, **body: object) -> Json:
    answer = api.call("POST", f"/imports/{job_id}/apply", json=body)
    assert answer.status_code == 202, answer.text
    attempt = answer.json()["attempt"]
    return api.follow(
        job_id,
        lambda job: job["attempt"] == attempt and job["status"] not in ("PENDING", "PROCESSING"),
    ).job


def list_changes(api: Api, job_id: str, query: str = "", limit: int = 100) -> list[Json]:
    path = f"/imports/{job_id}/changes{query}"
    return [item for page in api.pages(path, limit) for item in page]


def product_id(api: Api, sku: str) -> int:
    return int(api.get("/products", params={"sku": sku})["items"][0]["id"])


def edit(api: Api, sku: str, **fields: object) -> None:
    path = f"/products/{product_id(api, sku)}"
    headers = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
    answer = api.call("PATCH", path, json=fields, headers=headers)
    assert answer.status_code == 200, answer.text
