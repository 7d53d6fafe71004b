"""Accounts that an identity provider keeps here by SCIM: whom, in which of its groups, and with which token it comes."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import OptionalPartyModel, TenantKey
from portiek.foundation.accounts.models.elsewhere import Provider
from portiek.foundation.accounts.models.people import User
from portiek.foundation.accounts.models.roles import Role


class ScimToken(OptionalPartyModel):
    """What a provider's machine shows to keep accounts here. Only a hash is kept; two stand beside each other while one takes over."""

    fn_reads = True
    fn_updates = ("last_used_at",)
    party_writes = frozenset({"insert", "update"})

    provider = TenantKey(Provider)
    prefix = models.CharField(max_length=12)
    token_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_scim_token"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "token_hash"], name="scim_token_hash")]
        indexes: ClassVar = [models.Index(fields=["portal", "provider"], name="scim_token_provider")]


class ScimUser(OptionalPartyModel):
    """Somebody whom a provider keeps: as it calls him. `made`: it also made the user, and may change his name and address as long as he is nowhere else."""

    gate = frozenset({"select", "insert", "update", "delete"})
    staff_writes = frozenset()

    provider = TenantKey(Provider)
    user = TenantKey(User)
    key = models.UUIDField(default=uuid.uuid4)
    user_name = models.CharField(max_length=254)
    external_id = models.CharField(max_length=255, default="")
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)
    is_active = models.BooleanField(default=True)
    made = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_scim_user"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "provider", "user"], name="scim_user_once"),
            models.UniqueConstraint(fields=["portal", "provider", "user_name"], condition=Q(removed_at=None), name="scim_user_name"),
            models.UniqueConstraint(fields=["portal", "key"], name="scim_user_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "provider", "external_id"], name="scim_user_external"), models.Index(fields=["portal", "provider", "id"], name="scim_user_list")]


class ScimGroup(OptionalPartyModel):
    """A group of a provider; who is in it gets its role, once somebody here has said which."""

    party_writes = frozenset({"update (role_id)"})
    gate = frozenset({"select", "insert", "update", "delete"})
    staff_writes = frozenset({"update"})

    provider = TenantKey(Provider)
    key = models.UUIDField(default=uuid.uuid4)
    display_name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=255, default="")
    role = TenantKey(Role, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "accounts_scim_group"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "provider", "display_name"], name="scim_group_name"), models.UniqueConstraint(fields=["portal", "key"], name="scim_group_key")]


class ScimMember(OptionalPartyModel):
    """Somebody's place in a group."""

    gate = frozenset({"select", "insert", "delete"})
    staff_writes = frozenset()

    group = TenantKey(ScimGroup)
    person = TenantKey(ScimUser)

    class Meta:
        db_table = "accounts_scim_member"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "group", "person"], name="scim_member_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "person"], name="scim_member_of")]
