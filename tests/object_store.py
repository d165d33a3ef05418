"""A store that speaks S3, on this machine and for as long as a test takes."""

import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

BUCKET = "radiographs"


@contextmanager
def s3_server(patch: pytest.MonkeyPatch, objects: Mapping[str, bytes]) -> Iterator[str]:
    """Serve a bucket with these objects, and return its address; the environment tells other processes where."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        # What another test has left: moto keeps it for as long as its process lives.
        urllib.request.urlopen(
            urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")
        ).close()
        s3fs.S3FileSystem.clear_instance_cache()
        files = s3fs.S3FileSystem()
        files.mkdir(BUCKET)
        for name, data in objects.items():
            files.pipe_file(f"{BUCKET}/{name}", data)
        yield f"s3://{BUCKET}"
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()
