"""The Kubernetes files: valid by the API's own schemas, and as strict as they claim to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from jobtracker.core.settings import load_settings
from jobtracker.core.workers_limits import Budget, budget

FOLDER = Path(__file__).resolve().parents[2] / "config" / "deploy" / "kubernetes"
FILES = sorted(FOLDER.glob("*.yaml"))
RESOURCES: list[dict[str, Any]] = [
    resource
    for file in FILES
    for resource in yaml.safe_load_all(file.read_text(encoding="utf-8"))
    if resource
]


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in RESOURCES if one["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    return {name: one["spec"]["template"]["spec"] for name, one in of("Deployment").items()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "resource", RESOURCES, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}"
)
def test_each_resource_fits_the_schema_of_its_kind(resource: dict[str, Any]) -> None:
    kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_check_would_see_a_mistake() -> None:
    wrong = {**of("Deployment")["serve"], "spec": {"replicas": "many"}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


def test_everything_is_in_the_one_namespace() -> None:
    apart = [one for one in RESOURCES if one["kind"] != "Namespace"]
    assert {one["metadata"]["namespace"] for one in apart} == {"job-tracker-pro"}


def test_pods_run_as_nobody_on_a_read_only_root_within_two_gibibytes() -> None:
    assert set(pods()) == {"serve", "worker"}
    for spec in pods().values():
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        assert spec["automountServiceAccountToken"] is False
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"] == "2Gi"
        assert {probe for probe in container if probe.endswith("Probe")} == {
            "startupProbe",
            "livenessProbe",
            "readinessProbe",
        }


def test_the_settings_exist_and_their_workers_fit_the_pod(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in of("ConfigMap")["settings"]["data"].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JOBTRACKER_HOME", str(tmp_path))
    settings = load_settings()
    assert settings.server.accounts == "invite" and settings.redis.url and settings.vectors.url
    assert budget(settings.workers, 2048) == Budget(1, 1280)


def test_six_to_twenty_four_by_queue_processor_and_memory() -> None:
    scalers = of("HorizontalPodAutoscaler")
    assert set(scalers) == {"serve", "worker"}
    for name, scaler in scalers.items():
        spec = scaler["spec"]
        assert spec["scaleTargetRef"]["name"] == name
        assert (spec["minReplicas"], spec["maxReplicas"]) == (6, 24)
        measured = {
            str(metric.get("resource", metric.get("pods", metric.get("external", {}))).get("name"))
            if metric["type"] == "Resource"
            else metric[metric["type"].lower()]["metric"]["name"]
            for metric in spec["metrics"]
        }
        queue = {"serve": "jobtracker_workers_waiting", "worker": "jobtracker_durable_backlog"}
        assert measured == {"cpu", "memory", queue[name]}
        assert "replicas" not in of("Deployment")[name]["spec"], "it would undo the autoscaler's"


def test_the_scaled_metrics_are_ones_that_the_program_has() -> None:
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.metrics import CoreCollector

    core = Core(load_settings())
    _ = core.workers, core.durable
    names = {metric.name for metric in CoreCollector(core).collect()}
    core.close()
    assert {"jobtracker_workers_waiting", "jobtracker_durable_backlog"} <= names


def test_disruptions_leave_four_and_nothing_sticks_to_a_replica() -> None:
    budgets = of("PodDisruptionBudget")
    assert {one["spec"]["minAvailable"] for one in budgets.values()} == {4}
    for name, one in budgets.items():
        wanted = one["spec"]["selector"]["matchLabels"].items()
        labels = of("Deployment")[name]["spec"]["template"]["metadata"]["labels"].items()
        assert wanted <= labels
    assert "sessionAffinity" not in of("Service")["serve"]["spec"]


def test_nobody_talks_to_anybody_but_as_said() -> None:
    policies = of("NetworkPolicy")
    assert policies["nothing"]["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    rules = policies["job-tracker-pro"]["spec"]
    blocks = [to["ipBlock"] for rule in rules["egress"] for to in rule["to"] if "ipBlock" in to]
    assert [block["cidr"] for block in blocks] == ["0.0.0.0/0"]
    assert {"169.254.0.0/16", "10.0.0.0/8", "127.0.0.0/8"} <= set(blocks[0]["except"])
    assert all(rule.get("from") for rule in rules["ingress"])
