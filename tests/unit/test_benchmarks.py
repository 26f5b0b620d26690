"""The benchmark's harness: it measures nobody who is wrong, it compares within a round, and it keeps two runs."""

import sys
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest

from benchmarks import checks, cold, crowds, endpoint, page, records, rounds, sent, tables, targets, wire
from benchmarks.contest import CONTESTANTS, GROWTH, NESTING, WORKLOADS, enter, task
from benchmarks.worker import ENVIRONMENT

FOLDER = Path(endpoint.__file__).parent / "contestants"
HERE = [
    "with_pydamodb",
    "with_pydamodb_direct",
    "with_boto3_table",
    "with_boto3_client",
    "only_pydantic",
    "only_botocore",
    "only_both",
]


@pytest.fixture(scope="module")
def url():
    """Run the canned endpoint."""
    with endpoint.running() as url, pytest.MonkeyPatch.context() as patch:
        for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL_DYNAMODB": url}.items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        yield url


@pytest.fixture(scope="module")
def contestants(url):
    """Give those that need no library of others."""
    return {name: enter(name) for name in HERE}


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("name", HERE)
def test_each_contestant_does_each_workload_right(name, workload, contestants, url):
    """What pydamodb, boto3 and the floors read and write passes the check."""
    assert None is checks.problem(contestants[name], workload, url)


def test_all_contestants_are_there():
    """Each contestant has a module, and each module is a contestant."""
    assert {*CONTESTANTS, *crowds.CONTESTANTS} == {path.stem for path in FOLDER.glob("*_*.py")} - {
        "by_hand",
        "__init__",
    }


@pytest.mark.parametrize("workload", ["get_item_by_1", "get_item_by_10", "query_by_10"])
@pytest.mark.parametrize("name", ["with_pydamodb_async", "with_aiobotocore"])
def test_all_tasks_of_a_crowd_read_the_right_items(name, workload, url):
    """Asynchronous contestants are checked as the others are, and send as many requests as the table counts."""
    read = crowds.WORKLOADS[workload][0]
    operation = "GetItem" if read == "get_item" else "Query"
    with closing(enter(name)) as contestant:
        assert None is checks.problem(contestant, workload, url)
        endpoint.recorded(url, operation)
        task(contestant, workload)()
    assert min(crowds.requests(workload), endpoint.KEPT) == len(endpoint.recorded(url, operation))


def test_a_crowd_sends_as_many_requests_as_it_says():
    """The tasks share them."""
    assert [100, 100, 1, 100] == [
        crowds.requests(each) for each in ("get_item_by_1", "get_item_by_10", "query_by_1", "query_by_100")
    ]


def test_crowds_are_measured_without_the_libraries_of_others(monkeypatch, tmp_path):
    """An interpreter that was not made is replaced by this one, and its libraries are left out."""
    monkeypatch.setattr(crowds, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(crowds, "LIBRARIES", ("dynamoxy",))
    found = crowds.installed()
    assert (crowds.python(), ["with_pydamodb_async"]) == (sys.executable, [name for name in found if "aio" not in name])
    assert crowds.versions().startswith("Python 3.")


def test_what_a_contestant_cannot_do_is_no_task(contestants):
    """An operation that is missing is a dash in the table."""
    assert task(contestants["only_botocore"], "create_class") is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda values: values.pop("price"), "[0].price is missing"),
        (lambda values: values.update(price=values["price"] * 2), "[0].price is Decimal('39.98') instead of"),
        (lambda values: values.update(price=float(values["price"])), "[0].price is 19.99 instead of"),
        (lambda values: values.update(note=""), "[0].note is '' instead of None"),
        (lambda values: values.update(status="open"), "[0].status is 'open' instead of"),
        (lambda values: values.update(address=dict(values["address"])), "[0].address.street is missing"),
    ],
)
def test_a_wrong_result_is_seen(change, expected, contestants, url, monkeypatch):
    """An attribute that is dropped, has another value or another type is a problem."""
    contestant = contestants["with_boto3_table"]
    values = dict(contestant.get_item())
    change(values)
    lazy = type("Lazy", (), values)()
    monkeypatch.setattr(contestant, "get_item", lambda: lazy)
    assert expected in checks.problem(contestant, "get_item", url)


def test_a_page_that_is_too_short_is_seen(contestants, url, monkeypatch):
    """A contestant that reads less is not measured."""
    contestant = contestants["with_boto3_table"]
    found = contestant.query()[1:]
    monkeypatch.setattr(contestant, "query", lambda: found)
    assert "999 models instead of 1000" == checks.problem(contestant, "query", url)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda item: item.pop("price"), "[0].price is None instead of Decimal('19.99')"),
        (lambda item: item.update(price="19.99"), "[0].price is '19.99' instead of Decimal('19.99')"),
        (lambda item: item["address"].pop("city"), "[0].address is {"),
        (lambda item: item.update(created_at="2024-05-01T12:30:15"), "[0].created_at is"),
        (lambda item: item.update(active=1), "[0].active is Decimal('1') instead of True"),
        (lambda item: item.update(more=1), "[0] has ['more']"),
    ],
)
def test_a_wrong_item_is_seen(change, expected, contestants, url, monkeypatch):
    """An attribute that is not written, or is written as something else, is a problem."""
    contestant = contestants["with_boto3_table"]
    item = {**contestant._client.get_item(TableName="records", Key={})["Item"]}
    change(item)
    monkeypatch.setattr(contestant, "save", lambda: contestant._table.put_item(Item=item))
    assert expected in checks.problem(contestant, "save", url)


@pytest.mark.parametrize("text", ["2024-05-01T12:30:15.25Z", "2024-05-01T14:30:15.250000+02:00"])
def test_any_iso_form_of_an_instant_is_right(text, contestants, url, monkeypatch):
    """Libraries may write a datetime as they like, as long as it is that one."""
    contestant = contestants["with_boto3_table"]
    item = {**contestant._client.get_item(TableName="records", Key={})["Item"], "created_at": text}
    monkeypatch.setattr(contestant, "save", lambda: contestant._table.put_item(Item=item))
    assert None is checks.problem(contestant, "save", url)


def test_an_update_with_another_condition_is_refused():
    """An update is only right with its condition."""
    request = {
        "UpdateExpression": "SET #0 = :0",
        "ConditionExpression": "#0 = :0",
        "ExpressionAttributeNames": {"#0": "age"},
        "ExpressionAttributeValues": {":0": {"N": "36"}},
    }
    with pytest.raises(ValueError, match="another condition"):
        sent.items(request)


def test_records_survive_the_wire():
    """What the endpoint answers says what the records are."""
    record = records.record(7)
    item = {name: wire.unwrapped(value) for name, value in wire.item(record, nulls=True).items()}
    assert record == records.Record.model_validate(item)


def test_the_table_of_many_pages_goes_on(contestants):
    """Its pages lead from one to the next."""
    assert 2_001 == sum(1 for _ in islice(contestants["with_pydamodb"].pages(), 2_001))


def test_growth_and_nesting_are_queried(contestants):
    """The smallest of them give as many items as they say."""
    contestant = contestants["with_pydamodb"]
    assert 10 == len(task(contestant, next(iter(GROWTH)))())
    assert "text 0 of 0" == task(contestant, list(NESTING)[1])()[0].inner.text_0


def scripted(name: str, log: list[str]) -> SimpleNamespace:
    """Make a worker that takes no time, and says that it took some."""

    def seconds(_, iterations):
        log.append(name)
        return 0.004 * iterations

    return SimpleNamespace(
        can=lambda _: name != "only_botocore",
        problem=lambda _: "[0].price is missing" if name == "with_dynantic" else None,
        seconds=seconds,
    )


def test_rounds_turn_and_leave_out_who_is_wrong():
    """The order changes from round to round; one who fails the check is reported, one who cannot do it is not."""
    log = []
    names = ["with_pydamodb", "with_dynantic", "with_pynamodb", "only_botocore"]
    workers = {name: scripted(name, log) for name in names}
    found = rounds.Measurements()
    rounds.measure(workers, [(name, "save") for name in names], 2, 0.12, found)
    assert ["with_pydamodb", "with_pynamodb", "with_pynamodb", "with_pydamodb"] == log[-4:]
    assert {"save": {"with_pydamodb": [4.0, 4.0], "with_pynamodb": [4.0, 4.0]}} == found.cells
    assert ["with_dynantic is not measured at save: [0].price is missing"] == found.problems


def test_ratios_are_taken_round_by_round():
    """The best peer is that of the round, and the floor is the sum of both, or both in one program."""
    cells = {
        "with_pydamodb": [1.0, 20.0, 3.0],
        "with_boto3_table": [2.0, 40.0, 4.0],
        "with_pynamodb": [2.0, 80.0, 6.0],
        "with_dynantic": [4.0, 40.0, 12.0],
        "only_pydantic": [0.25, 5.0, 1.0],
        "only_botocore": [0.25, 5.0, 1.0],
        "only_both": [0.8, 16.0, 2.4],
    }
    found = targets.ratios("save", cells)
    assert {
        "boto3 Table": 0.5,
        "best pure-Python peer": 0.5,
        "floor": 2.0,
        "floor in one program": 1.25,
    } == {name: round(ratio.median, 9) for name, ratio in found.items()}
    assert targets.Ratio(0.5, 0.5, 0.625, 0.85) == found["boto3 Table"]


def test_tables_say_what_is_met():
    """A ratio stands beside its target; what was not measured is a dash."""
    cells = {"save": {"with_pydamodb": [1.0], "with_boto3_table": [2.0], "with_pynamodb": [1.0]}}
    row = tables.comparison(cells).splitlines()[-1]
    expected = (
        "| save an item | 0.50 (0.50 to 0.50) <= 0.85: met | 1.00 (1.00 to 1.00) <= 0.95: not met | - | - | - | - |"
    )
    assert expected == row


def test_the_direct_transport_has_targets_of_its_own():
    """Its table comes after that of boto3's transport, and shows its own ratios."""
    cells = {"save": {"with_pydamodb": [1.0], "with_pydamodb_direct": [0.2], "with_boto3_table": [2.0]}}
    found = tables.comparisons(cells).splitlines()
    assert [
        "| save an item | 0.50 (0.50 to 0.50) <= 0.85: met | - | - | - | - | - |",
        "| save an item | 0.10 (0.10 to 0.10) <= 0.1: met | - | - | - | - | - |",
    ] == [line for line in found if line.startswith("| save")]
    assert ["| pydamodb, to ", "| pydamodb, direct, to "] == [
        line[: line.index("| boto3")] for line in found if "floor" in line
    ]


def test_a_table_says_what_a_second_is_enough_for():
    """Requests in a CPU second by tasks, and the ratios of what one of them costs; what was not measured is a dash."""
    cells = {
        "get_item_by_1": {"with_pydamodb_async": [10.0], "with_dynamoxy": [20.0]},
        "get_item_by_100": {"with_pydamodb_async": [10.0], "with_aiobotocore": [40.0], "with_dynamoxy": [10.0]},
        "query_by_1": {"with_pydamodb_async": [12.5]},
    }
    assert [
        "| requests in a CPU second | pydamodb, direct and asynchronous | aiobotocore + Pydantic | dynamoxy |",
        "| --- | ---: | ---: | ---: |",
        "| get an item, 1 task | 10,000 | - | 5,000 |",
        "| get an item, 100 tasks | 10,000 | 2,500 | 10,000 |",
        "| query a page of 1,000, 1 task | 80 | - | - |",
        "",
        "| CPU of a request, pydamodb, direct and asynchronous, to | aiobotocore + Pydantic | dynamoxy |",
        "| --- | ---: | ---: |",
        "| get an item, 1 task | - | 0.50 (0.50 to 0.50) <= 0.65: met |",
        "| get an item, 100 tasks | 0.25 (0.25 to 0.25) <= 0.125: not met | 1.00 (1.00 to 1.00) <= 0.85: not met |",
        "| query a page of 1,000, 1 task | - | - |",
    ] == tables.crowded(cells, list(crowds.CONTESTANTS)).splitlines()


def test_growth_is_that_of_an_item():
    """Of pydamodb with the target, and of Pydantic alone beside it; a page ten times as large may cost ten times."""
    ours = {"query_10": [1.0], "query_100": [5.0], "query_1000": [40.0], "query_10000": [600.0]}
    cells = {name: {"with_pydamodb": cost, "only_pydantic": [2 * cost[0]]} for name, cost in ours.items()}
    assert [
        "| cost of an item, pydamodb | 1.00 | 0.50 | 0.40 | 0.60 | 1.50 <= 1.1: not met |",
        "| cost of an item, Pydantic alone | 1.00 | 0.50 | 0.40 | 0.60 | 1.50 |",
    ] == tables.growth(cells).splitlines()[2:]


def test_a_cold_start_gets_its_first_item(url):
    """Each program is run in an interpreter of its own, and shown by its parts."""
    found = cold.measure(["with_pydamodb_direct", "with_boto3_table"], 1, url)
    assert {"with_boto3_table": [True], "with_pydamodb_direct": [True]} == {
        name: [0 < imported < whole for imported, whole in pairs] for name, pairs in found.items()
    }
    assert [
        "| cold start, CPU ms | pydamodb, direct |",
        "| --- | ---: |",
        "| import and model | 2 |",
        "| with the first item | 3 |",
    ] == tables.cold({"with_pydamodb_direct": [(1.0, 2.0), (2.0, 3.0), (3.0, 4.0)]}).splitlines()


def test_the_page_keeps_two_runs():
    """A new run stands first, the one before it second, and the rest of the page stays."""
    text = f"before\n{page.BEGIN}{page.END}after\n"
    for number in range(3):
        text = page.with_run(text, f"{page.HEADING}{number}\n\ntext\n\n")
    kept = f"{page.HEADING}2\n\ntext\n\n{page.HEADING}1\n\ntext\n\n"
    assert f"before\n{page.BEGIN}\n{kept}{page.END}after\n" == text


def test_recorded_requests_are_handed_out_once(contestants, url):
    """A check sees the requests of its own workload only."""
    contestants["with_boto3_client"].save()
    assert [["Item", "TableName"], []] == [
        [name for request in endpoint.recorded(url, "PutItem")[-1:] for name in sorted(request)] for _ in range(2)
    ]
