"""Writes and reads objects until told to stop, and counts; any failure ends it."""

import os
import sys
import time

import boto3
from botocore.config import Config

name, stop_file = sys.argv[1:]
retries = Config(retries={"mode": "standard", "max_attempts": 8})
s3 = boto3.client("s3", config=retries)  # one client for the whole night, as a job has it
count = 0
while not os.path.exists(stop_file):
    body = f"{name} {count}".encode()
    s3.put_object(Bucket="tmp", Key=f"{name}/{count}", Body=body)
    assert s3.get_object(Bucket="tmp", Key=f"{name}/{count}")["Body"].read() == body
    count += 1
    time.sleep(0.05)
listed = sum(page.get("KeyCount", 0) for page in s3.get_paginator("list_objects_v2").paginate(Bucket="tmp", Prefix=f"{name}/"))
assert listed == count, f"{listed} of {count} objects are there"
print(count)
