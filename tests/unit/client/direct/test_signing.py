"""The signer, against botocore's own public one."""

from __future__ import annotations

import datetime as dt

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from pydamodb._client.direct.signing import CONTENT_TYPE, Signer

KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64)
SECRETS = KEYS | st.text(min_size=1, max_size=30).filter(str.isprintable)
TOKENS = st.none() | KEYS | st.just("two  words")
REGIONS = st.from_regex(r"\A[a-z]{2}-[a-z]{4,9}-[0-9]\Z")
HOSTS = st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z0-9]{1,10}){0,4}(:8[0-9]{3})?\Z")
PATHS = st.just("/") | st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_characters="?#/.%\\", exclude_categories=("Cs", "Cc", "Z")),
        min_size=1,
        max_size=8,
    ),
    max_size=3,
).map(lambda parts: "/" + "/".join(parts))
MOMENTS = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1)).map(  # noqa: DTZ001 - botocore's
    lambda moment: moment.replace(microsecond=0)
)


def seconds(moment: dt.datetime) -> float:
    """Return the seconds since 1970."""
    return moment.replace(tzinfo=dt.timezone.utc).timestamp()


@given(
    credentials=st.builds(ReadOnlyCredentials, KEYS, SECRETS, TOKENS),
    region=REGIONS,
    host=HOSTS,
    path=PATHS,
    body=st.binary(min_size=1, max_size=3000),
    operation=st.sampled_from(["GetItem", "TransactWriteItems", "Query"]),
    moment=MOMENTS,
)
def test_a_signature_is_botocores(
    *,
    credentials: ReadOnlyCredentials,
    region: str,
    host: str,
    path: str,
    body: bytes,
    operation: str,
    moment: dt.datetime,
) -> None:
    """The first time, and when the signing key is kept."""
    target = f"DynamoDB_20120810.{operation}"
    signer = Signer(host, region, "dynamodb", path)
    ours = {signer.sign(target, body, credentials, seconds(moment)) for _ in range(2)}
    assert {by_botocore(credentials, region, (f"https://{host}{path}", target, body), moment)} == ours


def by_botocore(
    credentials: ReadOnlyCredentials, region: str, request: tuple[str, str, bytes], moment: dt.datetime
) -> str:
    """Return the lines of the headers as botocore's public signer makes them."""
    url, target, body = request
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    added = {"X-Amz-Date": stamp, "X-Amz-Security-Token": credentials.token}
    added = {name: value for name, value in added.items() if value}
    headers = {"X-Amz-Target": target, "Content-Type": CONTENT_TYPE, "User-Agent": "x", **added}
    sent = AWSRequest("POST", url, headers, body)
    sent.context["timestamp"] = stamp
    auth = SigV4Auth(credentials, "dynamodb", region)
    signature = auth.signature(auth.string_to_sign(sent, auth.canonical_request(sent)), sent)
    lines = [f"{name}: {value}" for name, value in added.items()]
    names = auth.signed_headers(auth.headers_to_sign(sent))
    parts = f"Credential={auth.scope(sent)}, SignedHeaders={names}, Signature={signature}"
    return "".join(f"{line}\r\n" for line in (*lines, f"Authorization: AWS4-HMAC-SHA256 {parts}"))


def test_a_kept_time_is_of_its_second() -> None:
    """Requests of one second have one time, and those of the next one another."""
    signer, keys = Signer("h", "us-east-1", "dynamodb"), ReadOnlyCredentials("k", "s", None)
    signed = [
        signer.sign("t", b"{}", keys, now) for now in (1_700_000_000, 1_700_000_000.9, 1_700_000_001, 1_700_000_000)
    ]
    assert [
        signed[0],
        signed[0],
        Signer("h", "us-east-1", "dynamodb").sign("t", b"{}", keys, 1_700_000_001.5),
    ] == signed[:3]
    assert signed[0] == signed[3] != signed[2]


def test_a_kept_key_is_of_its_day_and_its_secret() -> None:
    """Credentials change while a program runs, and days do."""
    kept = Signer("h", "us-east-1", "dynamodb")
    signed = set()
    for secret in ("a", "b"):
        for day in range(3):
            parts = "t", b"{}", ReadOnlyCredentials("k", secret, None), 1_700_000_000 + 86_400 * day
            assert Signer("h", "us-east-1", "dynamodb").sign(*parts) == kept.sign(*parts)
            signed.add(kept.sign(*parts))
    assert 6 == len(signed)
