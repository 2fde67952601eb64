"""Runs, releases and what is in force, told to MLflow: the only room that imports it.

Telemetry is off and nothing personal is logged. No failure of the store is ever raised: what cannot be told now waits
in the outbox.
"""

from sbwarn.tracking.change import log_change
from sbwarn.tracking.logged import Logged
from sbwarn.tracking.sending import Synced, sync
from sbwarn.tracking.store import default_uri
from sbwarn.tracking.training import log_training
from sbwarn.tracking.worth import log_importance

__all__ = ["Logged", "Synced", "default_uri", "log_change", "log_importance", "log_training", "sync"]
