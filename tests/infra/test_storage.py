"""Resources with data in the packaged template: private, encrypted, retained and expired."""

import pytest

from infra.packaging.template import Template, of_type

KEPT = ["Bucket", "JobsTable", "KeysTable", "OutboxTable", "ProfilesTable", "WebhooksTable"]
KEPT += [
    "UndeliveredEvents",
    "EventsQueue",
    "DeliveriesQueue",
    "SlowDeliveriesQueue",
    "UndeliveredWebhooks",
]


def test_bucket_is_private_encrypted_and_cleaned_up(template: Template) -> None:
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    unfinished = rules["unfinished-multipart-uploads"]["AbortIncompleteMultipartUpload"]
    assert unfinished == {"DaysAfterInitiation": 1}
    for name in ("sources", "reports"):
        assert rules[name]["ExpirationInDays"] == {"Ref": "RetentionDays"}
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedMethods"] == ["PUT"]
    assert cors["ExposedHeaders"] == ["ETag"]
    assert bucket["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }


def test_bucket_denies_requests_without_tls(template: Template) -> None:
    (policy,) = of_type(template, "AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("name", "ttl"),
    [
        ("JobsTable", "ttl"),
        ("IdempotencyTable", "expiration"),
        ("KeysTable", "ttl"),
        ("WebhooksTable", "ttl"),
    ],
)
def test_tables_are_on_demand_recoverable_and_expire_items(
    template: Template, name: str, ttl: str
) -> None:
    table = of_type(template, "AWS::DynamoDB::Table")[name]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": ttl, "Enabled": True}
    assert table["SSESpecification"]["SSEEnabled"] is True


@pytest.mark.parametrize("name", KEPT)
def test_resources_with_data_outlive_their_stack(template: Template, name: str) -> None:
    resource = template["Resources"][name]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"
