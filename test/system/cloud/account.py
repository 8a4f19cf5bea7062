# The emulated account from outside, for `npm run test:cloud`: what exists in it, and the few changes
# that stand in for gaps of the emulator. Prints JSON. Uses boto3, which comes with moto.
# Usage: account.py inventory | prepare STACK | unprepare STACK | tag STACK

import json
import os
import sys

import boto3

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]


def client(name):
    return boto3.client(name, endpoint_url=ENDPOINT, verify=os.environ["AWS_CA_BUNDLE"])


def pages(service, operation, key, **arguments):
    return [
        one
        for page in client(service).get_paginator(operation).paginate(**arguments)
        for one in page.get(key, [])
    ]


def distributions():
    return client("cloudfront").list_distributions()["DistributionList"].get("Items", [])


def own(operation, outer, inner):
    """Names of CloudFront's policies and functions that are no managed ones."""
    answer = getattr(client("cloudfront"), operation)()[outer].get("Items", [])
    return [inner(one) for one in answer]


def living_keys():
    kms = client("kms")
    for key in pages("kms", "list_keys", "Keys"):
        about = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if about["KeyState"] != "PendingDeletion" and about.get("KeyManager") == "CUSTOMER":
            yield about["KeyId"]


def apis():
    return [one["ApiId"] for one in client("apigatewayv2").get_apis()["Items"]]


def inventory():
    found = {
        "stack": [
            one["StackName"]
            for one in pages("cloudformation", "list_stacks", "StackSummaries")
            if one["StackStatus"] != "DELETE_COMPLETE"
        ],
        "table": pages("dynamodb", "list_tables", "TableNames"),
        "queue": client("sqs").list_queues().get("QueueUrls", []),
        "function": [f["FunctionName"] for f in pages("lambda", "list_functions", "Functions")],
        "layer": [one["LayerName"] for one in client("lambda").list_layers()["Layers"]],
        "bucket": [one["Name"] for one in client("s3").list_buckets()["Buckets"]],
        "secret": [one["Name"] for one in pages("secretsmanager", "list_secrets", "SecretList")],
        "user pool": [p["Id"] for p in client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]],
        "role": [one["RoleName"] for one in pages("iam", "list_roles", "Roles")],
        "key": list(living_keys()),
        "log group": [g["logGroupName"] for g in pages("logs", "describe_log_groups", "logGroups")],
        "alarm": [a["AlarmName"] for a in pages("cloudwatch", "describe_alarms", "MetricAlarms")],
        "topic": [one["TopicArn"] for one in pages("sns", "list_topics", "Topics")],
        "api": apis(),
        "schedule": [one["Name"] for one in pages("scheduler", "list_schedules", "Schedules")],
        "event rule": [one["Name"] for one in client("events").list_rules()["Rules"]],
        "dashboard": [
            one["DashboardName"] for one in client("cloudwatch").list_dashboards()["DashboardEntries"]
        ],
        "distribution": [one["Id"] for one in distributions()],
        "CloudFront function": own(
            "list_functions", "FunctionList", lambda one: one["Name"]
        ),
        "origin access control": own(
            "list_origin_access_controls", "OriginAccessControlList", lambda one: one["Name"]
        ),
        "headers policy": [
            one["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]["Name"]
            for one in client("cloudfront").list_response_headers_policies(Type="custom")[
                "ResponseHeadersPolicyList"
            ].get("Items", [])
        ],
        "event source mapping": [
            one["UUID"] for one in pages("lambda", "list_event_source_mappings", "EventSourceMappings")
        ],
    }
    return [f"{kind} {name}" for kind, names in found.items() for name in names]


def resources(stack):
    listed = pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack)
    return [(one["ResourceType"], one["LogicalResourceId"], one["PhysicalResourceId"]) for one in listed]


POLICY = "emulator-gap"


def prepare(stack):
    """Stands in for what the emulator judges otherwise than AWS; see README.md."""
    iam = client("iam")
    secrets = pages("secretsmanager", "list_secrets", "SecretList")
    statements = [
        {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ],
            "Resource": [one["ARN"] for one in secrets],
        },
    ]
    cognito = client("cognito-idp")
    changed = []
    for kind, logical, name in resources(stack):
        role = next((one for one in ("Process", "Sweep", "Control") if f"{one}Role" in logical), "")
        if kind == "AWS::IAM::Role" and role:
            allowed = statements if role == "Control" else statements[:1]
            document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
            iam.put_role_policy(RoleName=name, PolicyName=POLICY, PolicyDocument=document)
            changed.append(name)
        if kind == "AWS::Cognito::UserPool":
            pool = cognito.describe_user_pool(UserPoolId=name)["UserPool"]
            policies = pool["Policies"]
            policies["PasswordPolicy"]["MinimumLength"] = 12
            cognito.update_user_pool(
                UserPoolId=name,
                Policies=policies,
                MfaConfiguration=pool["MfaConfiguration"],
                DeletionProtection=pool["DeletionProtection"],
            )
            changed.append(name)
    return changed


def unprepare(stack):
    iam = client("iam")
    changed = []
    for kind, _, name in resources(stack):
        if kind != "AWS::IAM::Role":
            continue
        if POLICY in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=POLICY)
            changed.append(name)
    return changed


def tag(stack):
    """Gives buckets the tags that the template has for them, which the emulator drops."""
    template = client("cloudformation").get_template(StackName=stack)["TemplateBody"]
    if isinstance(template, str):
        template = json.loads(template)
    changed = []
    for kind, logical, name in resources(stack):
        if kind != "AWS::S3::Bucket":
            continue
        tags = template["Resources"][logical]["Properties"].get("Tags", [])
        client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
        changed.append(name)
    return changed


VERBS = {"inventory": inventory, "prepare": prepare, "unprepare": unprepare, "tag": tag}
print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:]), indent=1))
