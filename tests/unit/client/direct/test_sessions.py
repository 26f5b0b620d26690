"""Which session counts: boto3's default one, or one of botocore alone in a program that has not imported boto3."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from unittest.mock import Mock

import boto3
import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader

from pydamodb._client import clients
from pydamodb._client.direct import loaders, sessions
from pydamodb._client.direct.clients import default_transport


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give sessions what they need."""
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a program look as if nothing had imported boto3."""
    monkeypatch.setattr(sessions, "_alone", {})
    monkeypatch.delitem(sys.modules, "boto3")


@pytest.mark.usefixtures("without_boto3")
def test_a_program_without_boto3_has_one_session_of_botocore() -> None:
    """Its transport has the endpoint, the region and the credentials that boto3's would have."""
    session = sessions.default_session()
    transport = default_transport(session)
    assert isinstance(session, sessions.BotocoreSession)
    assert session is sessions.default_session()
    assert transport is clients.direct_endpoint("characters").client
    assert ("eu-central-1", "x") == (transport.client.meta.region_name, transport.credentials.keys().access_key)
    assert "boto3" not in sys.modules


def test_boto3s_session_counts_once_boto3_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program may configure its default session from then on."""
    monkeypatch.setattr(sessions, "_alone", {})
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "boto3")
        endpoint = clients.direct_endpoint("characters")
        assert endpoint.is_current is not None
        assert endpoint.is_current()
    assert not endpoint.is_current()
    assert sessions.default_session() is boto3.DEFAULT_SESSION
    assert clients.direct_endpoint("characters").client is not endpoint.client


@pytest.mark.parametrize(("profile", "expected"), [(None, "default"), ("shop", "shop")])
@pytest.mark.usefixtures("without_boto3")
def test_a_session_of_botocore_names_its_profile_as_boto3_does(
    profile: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By it, TLS finds the configured authorities."""
    if profile:
        monkeypatch.setenv("AWS_PROFILE", profile)
    assert expected == sessions.BotocoreSession().profile_name


@pytest.mark.usefixtures("without_boto3")
def test_a_session_of_botocore_finds_dynamodb_without_listing_all_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """The description is the same."""
    expected = botocore.session.Session().get_service_model("dynamodb")
    monkeypatch.setattr(Loader, "list_available_services", listed := Mock(side_effect=AssertionError))
    found = sessions.BotocoreSession().client("dynamodb").meta.service_model
    assert (expected.operation_names, expected.metadata, 0) == (
        found.operation_names,
        found.metadata,
        listed.call_count,
    )


@pytest.mark.usefixtures("without_boto3")
def test_a_further_client_of_a_session_reads_no_description_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in botocore: the session keeps what it has read."""
    session = sessions.BotocoreSession()
    session.client("dynamodb")
    monkeypatch.setattr(JSONFileLoader, "load_file", Mock(side_effect=AssertionError))
    assert "dynamodb" == session.client("dynamodb").meta.service_model.service_name


@pytest.mark.parametrize("service", ["sts", "sso"])
@pytest.mark.usefixtures("without_boto3")
def test_a_session_of_botocore_has_the_services_that_give_credentials(service: str) -> None:
    """A role is assumed by STS, with a client of the same session."""
    assert service == sessions.BotocoreSession().client(service).meta.service_model.service_name


@pytest.mark.usefixtures("without_boto3")
def test_a_session_of_botocore_reads_descriptions_that_a_program_adds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A newer one in a folder of AWS_DATA_PATH counts."""
    known = botocore.session.Session().get_component("data_loader").load_service_model("dynamodb", "service-2")
    description = {**known, "metadata": {**known["metadata"], "apiVersion": "2999-01-01"}}
    (folder := tmp_path / "dynamodb" / "2999-01-01").mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(description), encoding="utf-8")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert "2999-01-01" == sessions.BotocoreSession().client("dynamodb").meta.service_model.api_version


@pytest.mark.parametrize("service", ["dynamodb", "other"])
def test_what_is_not_described_is_missed_as_in_botocore(service: str) -> None:
    """Botocore goes on without descriptions of some types."""
    loader = loaders.QuickLoader([])
    with pytest.raises(UnknownServiceError, match="Unknown service"):
        loader.load_service_model(service, "endpoint-rule-set-1")
