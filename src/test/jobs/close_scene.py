"""Gives back what a scene takes in the servers: the database PGDATABASE, and what lies below PREFIX in BUCKET."""

import os

import boto3
import psycopg2

connection = psycopg2.connect("", dbname="postgres")
connection.autocommit = True
connection.cursor().execute(f"drop database {os.environ['PGDATABASE']} with (force)")
s3 = boto3.resource("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")
s3.Bucket(os.environ["BUCKET"]).objects.filter(Prefix=os.environ["PREFIX"] + "/").delete()
