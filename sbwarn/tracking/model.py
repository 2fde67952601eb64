"""The registered model: each release is a version, served by code in plain sight and never by a pickle."""

from __future__ import annotations

import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sbwarn import __version__
from sbwarn.tracking.served import example, signature
from sbwarn.tracking.store import MAKER, mlflow

if TYPE_CHECKING:
    from sbwarn.tracking.outbox import Waiting

CANDIDATE = "candidate"
ENTRY = "sbwarn.outbox"
RELEASE = "sbwarn.release"
SCRIPT = '''"""How MLflow serves a release: the folder beside this file is read, verified and tested by sbwarn itself."""

from mlflow.models import set_model

from sbwarn.tracking.served import served_release

set_model(served_release())
'''
LIBRARIES = ("lightgbm", "mlflow", "numpy", "pandas", "pyarrow")
"""What a score is computed with beside sbwarn, each in the version at hand."""


def register(client: Any, run: str, waits: Waiting, *, artifacts: str) -> None:
    """A version of the registered model for a run's release; `candidate` points at the newest.

    Args:
        client: Of the store.
        run: The run's id.
        waits: The entry, with the release in its files.
        artifacts: Where the store keeps the files of the run.
    """
    name = waits.entry.model
    with tempfile.TemporaryDirectory() as folder:
        save_model(waits.artifacts / "release", Path(folder) / "model")
        client.log_artifacts(run, str(Path(folder) / "model"), "model")
    _create(client, name)
    tags = {**waits.entry.tags, RELEASE: waits.entry.tags["release"], ENTRY: waits.id}
    made = client.create_model_version(name, source=f"{artifacts}/model", run_id=run, tags=tags)
    newest = _newest(client, name)
    # An entry that waited for long is no newer candidate than what was trained since.
    if newest is None or newest.tags.get(ENTRY, "") <= waits.id:
        client.set_registered_model_alias(name, CANDIDATE, made.version)


def save_model(release: Path, path: Path) -> None:
    """A folder that MLflow can load and serve, with the release inside.

    Args:
        release: Folder of the release.
        path: Folder to be made.
    """
    library = mlflow()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "release_model.py"
        script.write_text(SCRIPT, "utf-8")
        library.pyfunc.save_model(
            path=str(path),
            python_model=str(script),
            signature=signature(),
            input_example=example(),
            pip_requirements=[
                f"sbwarn=={__version__}",
                *(f"{package}=={version(package)}" for package in LIBRARIES),
            ],
            artifacts={"release": str(shutil.copytree(release, Path(folder) / "release"))},
        )
    _forget_origin(library, path)


def _forget_origin(library: Any, path: Path) -> None:
    """MLflow notes where the files came from: folders of this machine, and of no use to anyone."""
    model = library.models.Model.load(str(path))
    flavor = model.flavors["python_function"]
    flavor["model_code_path"] = Path(flavor["model_code_path"]).name
    for artifact in flavor["artifacts"].values():
        artifact["uri"] = artifact["path"]
    model.save(str(path / "MLmodel"))


def _create(client: Any, name: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name, tags=MAKER)
    except MlflowException as refusal:
        if refusal.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _newest(client: Any, name: str) -> Any:
    """The version that `candidate` points at, None if there is none."""
    aliases = client.get_registered_model(name).aliases
    return client.get_model_version(name, aliases[CANDIDATE]) if CANDIDATE in aliases else None
