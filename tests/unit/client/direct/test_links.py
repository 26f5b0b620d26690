"""What a transport learns of botocore: endpoints, agents, TLS, credentials; and what it refuses to do without it."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import botocore
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import CredentialRetrievalError, NoCredentialsError, SSLError
from pydantic import BaseModel
from scripted_server import Authority

from pydamodb import ConfigurationError
from pydamodb._client.direct import credentials
from pydamodb._client.direct.credentials import KeptCredentials
from pydamodb._client.direct.links import Link
from pydamodb._client.direct.tls import tls_context
from pydamodb._client.direct.transports import Transport
from pydamodb._operations.requests import Request
from pydamodb._operations.table import ModelTable

AWS = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}


class Character(BaseModel):
    name: str


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of the machine in."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)


def session(**options: Any) -> Any:
    """Return a session of boto3."""
    return boto3.Session(**{**AWS, **options})


def transport(a_session: Any = None, *, config: Any = None, **options: Any) -> Transport:
    """Open a transport."""
    return Transport(a_session or session(), config, options.pop("verify", None), **options)


def link_of(opened: Transport) -> Link:
    """Ask for the way to tables of a name."""
    return opened.known_link(request("characters")) or opened.find_link(request("characters"))


def request(name: str) -> Request:
    """Return a request to a table."""
    return Request("GetItem", {"TableName": name}, (ModelTable(Character, name, False, {}),))


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "https://dynamodb.us-east-1.amazonaws.com/"),
        ({"config": Config(use_fips_endpoint=True)}, "https://dynamodb-fips.us-east-1.amazonaws.com/"),
        ({"config": Config(use_dualstack_endpoint=True)}, "https://dynamodb.us-east-1.api.aws/"),
        ({"region_name": "cn-north-1"}, "https://dynamodb.cn-north-1.amazonaws.com.cn/"),
        ({"use_ssl": False}, "http://dynamodb.us-east-1.amazonaws.com/"),
        ({"endpoint_url": "http://[::1]:8000"}, "http://[::1]:8000/"),
    ],
)
def test_the_endpoint_is_the_one_that_botocore_would_use(options: dict[str, Any], url: str) -> None:
    """By its own rules."""
    link = link_of(transport(**options))
    is_secure = url.startswith("https:")
    assert (url, is_secure) == (link.url, link.tls is not None)


def test_an_endpoint_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is that of DynamoDB Local, most often."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000")
    opened = link_of(transport())
    data = opened.request("GetItem", b"{}", ReadOnlyCredentials("k", "s", None), "A: b\r\n", 0.0)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert "POST / HTTP/1.1" == lines[0]
    names = [line.partition(": ")[0] for line in lines[1:]]
    assert [
        "Host",
        "User-Agent",
        "Accept-Encoding",
        "Content-Type",
        "X-Amz-Target",
        "X-Amz-Date",
        "Authorization",
        "A",
        "Content-Length",
    ] == names
    assert (True, True, b"{}") == (
        "Host: 127.0.0.1:8000" in lines,
        f"Botocore/{botocore.__version__}" in lines[2],
        body,
    )


def test_a_table_of_another_account_has_its_own_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where endpoints are those of accounts; botocore is asked once for each ARN."""
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    opened = transport(boto3.Session(region_name="us-east-1"))
    other = request("arn:aws:dynamodb:us-east-1:210987654321:table/characters")
    own = link_of(opened)
    if own.host == "dynamodb.us-east-1.amazonaws.com":
        pytest.skip("this release of botocore has no endpoints of accounts")
    assert ("123456789012.ddb.us-east-1.amazonaws.com", None) == (own.host, opened.known_link(other))
    found = opened.find_link(other)
    assert "210987654321.ddb.us-east-1.amazonaws.com" == found.host
    assert (found, found, [own, found]) == (opened.find_link(other), opened.known_link(other), opened.links())


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"config": Config(proxies={"https": "http://user:secret@127.0.0.1:3128"})},
            "there is a proxy on the way: 127",
        ),
        ({"config": Config(retries={"mode": "adaptive"})}, "retries are adaptive, which only botocore has"),
        ({"config": Config(signature_version=UNSIGNED)}, "requests have the signature"),
        ({"config": Config(signature_version="v3")}, "requests have the signature"),
        ({"endpoint_url": "http://127.0.0.1:8000/a//b"}, "the endpoint is http://127.0.0.1:8000/a//b"),
        ({"config": Config(user_agent_extra="x\r\nX-Mine: 1")}, "the User-Agent or the host has a line break"),
        ({"config": Config(user_agent="\u6f22")}, "the User-Agent or the host has a line break, or another"),
    ],
)
def test_what_only_botocore_can_do_is_refused(options: dict[str, Any], reason: str) -> None:
    """The error names the cause and the other transport; nothing is sent in another way without a word."""
    with pytest.raises(ConfigurationError) as caught:
        link_of(transport(**options))
    assert (True, True, False) == (
        reason in str(caught.value),
        'use transport="boto3"' in str(caught.value),
        "secret" in str(caught.value),
    )


def test_a_proxy_of_the_environment_is_refused_unless_it_is_not_for_this_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """As botocore reads the environment."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    with pytest.raises(ConfigurationError, match="there is a proxy on the way"):
        link_of(transport())
    link_of(transport(endpoint_url="http://127.0.0.1:8000"))
    link_of(transport(config=Config(proxies={})))
    monkeypatch.setenv("NO_PROXY", "amazonaws.com")
    link_of(transport())
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1:8000")
    link_of(transport(endpoint_url="http://127.0.0.1:8000"))
    with pytest.raises(ConfigurationError, match="there is a proxy on the way"):
        link_of(transport(endpoint_url="http://127.0.0.1:8001"))


def add_header(request: Any, **_: Any) -> None:
    """Add a header."""
    request.headers.add_header("X-Mine", "1")


@pytest.mark.parametrize(
    ("event", "handler", "reason"),
    [
        ("before-sign.dynamodb", add_header, "a handler adds headers to requests: x-mine"),
        ("before-call.dynamodb", lambda **_: (Mock(status_code=200), {}), "a handler answers requests"),
        ("provide-client-params.dynamodb", lambda params, **_: {**params, "TableName": "b"}, "changes the parameters"),
    ],
)
def test_handlers_that_change_each_request_are_refused(event: str, handler: Any, reason: str) -> None:
    """Those of the session: the direct transport would send without them."""
    a_session = session()
    a_session.events.register(event, handler)
    with pytest.raises(ConfigurationError, match=reason):
        link_of(transport(a_session))


@pytest.mark.parametrize("name", ["traceparent", "tracestate", "X-Datadog-Trace-Id", "x-b3-spanid", "baggage"])
def test_headers_of_tracers_are_left_out(name: str) -> None:
    """Tracers such as ddtrace add them to each request of botocore; DynamoDB does nothing with them."""
    a_session = session()
    a_session.events.register("before-sign.dynamodb", lambda request, **_: request.headers.add_header(name, "1"))
    link = link_of(transport(a_session))
    sent = link.request("GetItem", b"{}", ReadOnlyCredentials("k", "s", None), "", 0.0)
    assert name.lower().encode() not in sent.lower()


def test_the_probe_answers_no_request_but_its_own() -> None:
    """Other threads may send a DescribeTable request by the same client meanwhile."""
    opened = transport()
    link = link_of(opened)
    answers: list[Any] = []

    def meanwhile(**_: Any) -> None:
        if not answers:
            answers.append(opened.intercept(link, "DescribeTable", b"POST / HTTP/1.1\r\n\r\n{}"))

    opened.client.meta.events.register("before-sign.dynamodb.DescribeTable", meanwhile)
    opened.find_link(request("arn:aws:dynamodb:us-east-1:210987654321:table/characters"))
    assert [(b"POST / HTTP/1.1\r\n\r\n{}", None)] == answers


def test_a_handler_of_before_send_does_not_move_the_endpoint() -> None:
    """One that answers some requests may change their address: the way of all others stays as it is."""
    opened = transport()

    def elsewhere(request: Any, **_: Any) -> None:
        request.url = "http://127.0.0.1:9/"

    opened.client.meta.events.register("before-send.dynamodb.DescribeTable", elsewhere)
    assert "https://dynamodb.us-east-1.amazonaws.com/" == link_of(opened).url


def test_the_probe_leaves_no_handler() -> None:
    """The client stays as it was made."""
    opened = transport()
    link_of(opened)
    answers = opened.client.meta.events.emit("before-send.dynamodb.DescribeTable", request=None)
    assert [] == [answer for _, answer in answers if answer is not None]  # moto's handler has none


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "https://search-dynamodb.us-east-1.amazonaws.com/"),
        ({"region_name": "eu-west-1"}, "https://search-dynamodb.eu-west-1.amazonaws.com/"),
        ({"endpoint_url": "http://127.0.0.1:8000"}, "http://127.0.0.1:8000/"),
    ],
)
def test_a_search_of_vectors_goes_where_botocore_would_send_it(options: dict[str, Any], url: str) -> None:
    """Its endpoint is another one than that of all other operations, unless one is given for all."""
    opened = transport(**options)
    if "SearchVectors" not in opened.client.meta.service_model.operation_names:
        pytest.skip("this botocore has no vector search")
    search = request("characters")._replace(operation="SearchVectors")
    assert (None, link_of(opened)) == (opened.known_link(search), link_of(opened))
    link = opened.find_link(search)
    assert (url, link, link) == (link.url, opened.find_link(search), opened.known_link(search))
    assert [link_of(opened), link] == opened.links()


def test_requests_of_a_lambda_function_carry_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """X-Ray follows them; a line break in it begins no header."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    link = link_of(transport())

    def sent() -> bytes:
        return link.request("GetItem", b"{}", ReadOnlyCredentials("k", "s", None), "", 0.0)

    assert b"X-Amzn-Trace-Id" not in sent()
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2;Sampled=1\r\nX: y")
    assert b"\r\nX-Amzn-Trace-Id: Root=1-2;Sampled=1%0D%0AX:%20y\r\n" in sent()


# --- credentials ---


def test_credentials_are_looked_at_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request asks for no lock and no file."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    source = Mock(spec=Credentials)
    source.get_frozen_credentials.side_effect = [ReadOnlyCredentials(f"k{n}", "s", None) for n in range(3)]
    kept = KeptCredentials(source)
    seen = []
    for seconds in (0, 0.5, 0.6, 0.3):
        now[0] += seconds
        seen.append(kept.keys().access_key)
    assert ["k0", "k0", "k1", "k1"] == seen


def test_credentials_that_botocore_must_refresh_are_not_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event loop lets a thread ask for them."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    source = Mock()
    source.refresh_needed.return_value = True
    source.get_frozen_credentials.return_value = ReadOnlyCredentials("k", "s", "t")
    kept = KeptCredentials(source)
    before = kept.are_at_hand()
    kept.keys()
    assert [False, True] == [before, kept.are_at_hand()]
    assert KeptCredentials(Credentials("k", "s")).are_at_hand()


@pytest.mark.parametrize("source", [None, Credentials("", "s"), Credentials("k", "")])
def test_missing_credentials_are_botocores_error(source: Any) -> None:
    """The same one as on botocore's transport."""
    with pytest.raises(NoCredentialsError):
        KeptCredentials(source).keys()


@pytest.mark.parametrize("given", [("k\r\nX: y", "s", None), ("k", "s", "t\n"), ("ké", "s", None)])
def test_credentials_begin_no_header(given: tuple[str, str, str | None]) -> None:
    """A token that was read from a file may end with a line break."""
    with pytest.raises(CredentialRetrievalError) as caught:
        KeptCredentials(Mock(get_frozen_credentials=lambda: ReadOnlyCredentials(*given))).keys()
    assert "has a line break" in str(caught.value)
    assert "X: y" not in str(caught.value)


def test_a_client_without_credentials_is_botocores_error() -> None:
    """It is noticed when the first request is to be sent."""
    with pytest.raises(NoCredentialsError):
        link_of(transport(boto3.Session(region_name="us-east-1")))


def test_nothing_of_credentials_is_kept_longer_than_that() -> None:
    """The constant is what the documentation says."""
    assert 1.0 == credentials._KEPT_SECONDS


# --- TLS ---


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority that nobody knows."""
    return Authority(tmp_path_factory.mktemp("tls"))


def names(context: ssl.SSLContext) -> list[Any]:
    """Name the authorities of a context."""
    return [dict(part[0] for part in each["subject"])["commonName"] for each in context.get_ca_certs()]


def test_certificates_are_checked_against_the_usual_authorities() -> None:
    """With their names, and with TLS 1.2 at least."""
    context = tls_context(None, None, None)
    assert (True, ssl.CERT_REQUIRED, ssl.TLSVersion.TLSv1_2, True) == (
        context.check_hostname,
        context.verify_mode,
        context.minimum_version,
        len(context.get_ca_certs()) > 50,
    )


def test_a_context_is_kept() -> None:
    """To load the authorities takes long."""
    assert tls_context(None, None, None) is tls_context(True, None, None)


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_the_environment_is_used(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """As botocore does."""
    monkeypatch.setenv(variable, str(authority.bundle))
    assert ["authority"] == names(tls_context(None, None, None))


def test_a_bundle_of_the_profile_is_used(authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """That of the session."""
    file = tmp_path / "config"
    file.write_text(f"[default]\n[profile shop]\nca_bundle = {authority.bundle}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    link = link_of(transport(session(profile_name="shop")))
    assert link.tls is not None
    assert ["authority"] == names(link.tls)


def test_verify_decides(authority: Authority, tmp_path: Path) -> None:
    """A bundle, a folder of authorities, or no check at all."""
    assert ["authority"] == names(tls_context(str(authority.bundle), None, None))
    assert [] == names(tls_context(str(tmp_path), None, None))
    context = tls_context(False, None, None)
    assert (False, ssl.CERT_NONE) == (context.check_hostname, context.verify_mode)


@pytest.mark.parametrize(
    ("verify", "client_cert", "problem"),
    [
        ("missing.pem", None, "missing.pem: .*No such file"),
        ("empty.pem", None, "empty.pem: .*no certificate"),
        (False, "missing.pem", "missing.pem: .*No such file"),
        (False, ("missing.pem", "key.pem"), "missing.pem and key.pem: .*No such file"),
    ],
)
def test_a_file_of_certificates_that_cannot_be_read_is_botocores_error(
    *, verify: Any, client_cert: Any, problem: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It names the file, and is that of a request: a path that is misspelled is no error of Python's."""
    monkeypatch.chdir(tmp_path)
    Path("empty.pem").touch()
    with pytest.raises(SSLError, match=problem):
        link_of(transport(verify=verify, config=Config(client_cert=client_cert)))


def test_the_certificate_of_a_client_is_loaded(authority: Authority) -> None:
    """From one file or from two."""
    file = str(authority.issue("client"))
    tls_context(str(authority.bundle), None, file)
    tls_context(str(authority.bundle), None, (file, file))
    link = link_of(transport(config=Config(client_cert=file)))
    assert link.tls is not None
