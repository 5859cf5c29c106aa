"""The provider API against its own OpenAPI document, and against the marts' contracts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from parley.api.app import SEARCH
from parley.api.errors import NOT_SERVED
from parley.api.request import SearchRequest
from provider_api import MONTH, Caller, Marketplace, conversation, make_settings, message
from provider_api.marts import CONVERSATION_COLUMNS, MESSAGE_COLUMNS

load_all_checks()
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = settings(
    max_examples=80,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published marketplace."""
    folder = tmp_path_factory.mktemp("contract")
    rows = [conversation(f"c{number}", latest_skill_id="12") for number in range(5)]
    Marketplace(rows, [message("c1", 1, "hello")]).publish(folder / "parley_marts.duckdb")
    return folder


@pytest.fixture
def provider(folder: Path) -> Caller:
    """A service of its own for each test: one that another test's client ends refuses everybody."""
    # some bodies that are made at random are larger than the usual limit
    return Caller.of(make_settings(folder, body_limit=100_000_000), "provider")


@pytest.fixture
def document(provider: Caller) -> dict[str, Any]:
    """The document as the service gives it to anybody."""
    found: dict[str, Any] = provider.client.get("/openapi.json").json()
    return found


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_requests_made_from_the_document(provider: Caller, mode: GenerationMode) -> None:
    """What fits the document is answered as documented; what does not fit is refused."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", provider.client.app)
    statuses: Counter[int] = Counter()
    # told beforehand: a wrong header that is made and then replaced would count as what does not fit
    headers = {"Authorization": f"Bearer {provider.token}"}
    cases = schema[SEARCH]["POST"].as_strategy(mode, headers=headers)

    @EXAMPLES
    @given(case=cases, is_ours=st.integers(0, 3))
    def ask(case: Case, is_ours: int) -> None:
        if is_ours:  # else hardly any request would get as far as the search
            case.path_parameters = {"account": "provider"}
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            case.body["start"] = MONTH
        # Some bodies fit the document and are refused: a schema cannot say that from is before to.
        answer = case.call_and_validate(excluded_checks=[positive_data_acceptance])
        statuses[answer.status_code] += 1

    ask()
    wanted = {GenerationMode.POSITIVE: {200, 404}, GenerationMode.NEGATIVE: {400, 404}}
    assert wanted[mode] <= statuses.keys()
    assert statuses.keys() <= {200, 400, 403, 404, 405}
    assert statuses.most_common(1)[0][0] in wanted[mode]


def test_health_is_as_documented(provider: Caller) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", provider.client.app)
    answer = schema["/health"]["GET"].Case().call_and_validate()
    assert answer.status_code == 200


def test_every_answer_is_documented(document: dict[str, Any]) -> None:
    search = document["paths"][SEARCH]["post"]
    statuses = {"200", "400", "401", "403", "404", "413", "429", "500", "503"}
    assert set(search["responses"]) == statuses
    assert set(document["paths"]["/health"]["get"]["responses"]) == {"200", "500", "503"}
    assert search["security"] == [{"HTTPBearer": []}]
    assert "security" not in document["paths"]["/health"]["get"]


def test_everything_in_the_document_is_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []
    filters = schemas["SearchRequest"]["properties"]
    assert [name for name, field in filters.items() if not field.get("description")] == []
    assert schemas["SearchRequest"]["required"] == ["start"]


def test_a_filter_is_served_or_named_as_not_served() -> None:
    served = {field.alias for field in SearchRequest.model_fields.values()}
    assert not served & NOT_SERVED
    # 36 rows of the vendor's table of filters, and two that its texts name.
    assert len(served | NOT_SERVED) == 36 + 2


@pytest.mark.parametrize(
    ("mart", "columns"),
    [
        ("marketplace_conversations", CONVERSATION_COLUMNS),
        ("marketplace_messages", MESSAGE_COLUMNS),
    ],
)
def test_the_marts_of_these_tests_are_the_projects(mart: str, columns: dict[str, str]) -> None:
    """Names, order and types: so what is tested on marts made by hand holds for built ones."""
    models = [
        model
        for file in (ROOT / "models" / "marts" / "marketplace").glob("*.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", ())
    ]
    (contract,) = [model["columns"] for model in models if model["name"] == mart]
    assert {column["name"]: column["data_type"] for column in contract} == columns
    assert [column["name"] for column in contract] == list(columns)
