"""Copies a folder of files to a bucket or back with boto3 and threads: boto3-copy.py up|down FOLDER BUCKET"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

way, folder, bucket = sys.argv[1:]
s3 = boto3.client("s3", config=Config(max_pool_connections=32, s3={"addressing_style": "path"}))


def up(name):
    s3.upload_file(os.path.join(folder, name), bucket, name)


def down(name):
    s3.download_file(bucket, name, os.path.join(folder, name))


def keys():
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            yield entry["Key"]


os.makedirs(folder, exist_ok=True)
with ThreadPoolExecutor(32) as pool:
    list(pool.map(up, os.listdir(folder)) if way == "up" else pool.map(down, keys()))
