"""The audit log as a Django app."""

from portiek.core.modules import ModuleConfig


class AuditConfig(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.foundation.audit"
    label = "audit"
