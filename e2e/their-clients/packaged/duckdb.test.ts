import { installDuckdbExtensions } from "../../clients/duckdb-extensions.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

const python =
  (code: string) =>
  async ({ folder, run, python, cloud }: Stage): Promise<void> => {
    await installDuckdbExtensions(folder, run);
    await python(`
import boto3, duckdb, os
s3 = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"])
db = duckdb.connect()
db.sql("LOAD httpfs")
db.sql(f"""CREATE SECRET (TYPE s3, KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}',
           ENDPOINT '${new URL(cloud.s3Endpoint).host}', URL_STYLE 'path', USE_SSL false)""")
${code}`);
  };

judge("DuckDB", {
  object: python(`
db.sql("COPY (SELECT 42 AS answer) TO 's3://tmp/answer.csv'")
assert s3.get_object(Bucket="tmp", Key="answer.csv")["Body"].read() == b"answer\\n42\\n"
assert db.sql("SELECT content, size FROM read_text('s3://tmp/answer.csv')").fetchone() == ("answer\\n42\\n", 10)
`),
  names: python(`
name = "s3://tmp/a b/é+c.csv"
db.sql(f"COPY (SELECT 1 AS one) TO '{name}'")
assert db.sql(f"SELECT * FROM '{name}'").fetchone() == (1,)
assert s3.head_object(Bucket="tmp", Key="a b/é+c.csv")["ContentLength"] == 6
`),
  pages: python(`
for n in range(3): db.sql(f"COPY (SELECT {n} AS n) TO 's3://input-data/many/{n}.csv'")
assert db.sql("SELECT count(*) FROM glob('s3://input-data/many/*.csv')").fetchone() == (3,)
assert db.sql("SELECT sum(n) FROM 's3://input-data/**/*.csv'").fetchone() == (3,)
`),
  parts: python(`
db.sql("SET s3_uploader_max_filesize = '50GB'")
db.sql("COPY (SELECT range AS n, hash(range) AS h FROM range(4000000)) TO 's3://tmp/large.parquet' (COMPRESSION uncompressed)")
assert "-" in s3.head_object(Bucket="tmp", Key="large.parquet")["ETag"]
assert db.sql("SELECT sum(n), bit_xor(h) = (SELECT bit_xor(hash(range)) FROM range(4000000)) FROM 's3://tmp/large.parquet'").fetchone() == (7999998000000, True)
`),
  table: python(`
db.sql("CREATE TABLE t AS SELECT range AS n, range % 3 AS third FROM range(3000)")
db.sql("COPY t TO 's3://WG1/table' (FORMAT parquet, PARTITION_BY third)")
assert db.sql("SELECT third, count(*) FROM read_parquet('s3://WG1/table/**/*.parquet', hive_partitioning = true) GROUP BY third ORDER BY third").fetchall() == [(0, 1000), (1, 1000), (2, 1000)]
assert db.sql("SELECT max(n) FROM read_parquet('s3://WG1/table/third=1/*.parquet')").fetchone() == (2998,)
`),
  publicRead: python(`
s3.put_object(Bucket="tmp", Key="open.csv", Body=b"n\\n7\\n", ACL="public-read")
plain = duckdb.connect()
plain.sql("LOAD httpfs")
assert plain.sql(f"SELECT n FROM '{os.environ['ENDPOINT']}/tmp/open.csv'").fetchone() == (7,)
`),
  refusals: python(`
for query, word in (("SELECT * FROM 's3://tmp/nowhere.csv'", "404"), ("SELECT * FROM 's3://no-such-bucket-here/*.csv'", "NoSuchBucket")):
    try:
        db.sql(query)
        raise AssertionError(query)
    except (duckdb.HTTPException, duckdb.IOException) as error:
        assert word in str(error) or "No files found" in str(error), error
`),
});
