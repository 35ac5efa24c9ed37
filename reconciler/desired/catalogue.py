"""The source attributes that a user or group may have, as data.

Microsoft Graph's names (reference: Entra's default directory definition, «Attribute types»), so
that mappings written for Entra work unchanged.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

SourceType: TypeAlias = Literal["string", "boolean", "integer", "user", "users"]
"""What a source attribute holds; `user` is the key of one, `users` is a list of keys."""

_USER_TEXT = """
    ageGroup city companyName consentProvidedForMinor costCenter country creationType department
    displayName division employeeHireDate employeeId employeeLeaveDateTime employeeType
    externalUserState facsimileTelephoneNumber faxNumber givenName immutableId jobTitle mail
    mailNickname mobile mobilePhone officeLocation onPremisesDistinguishedName
    onPremisesDomainName onPremisesImmutableId onPremisesSamAccountName
    onPremisesSecurityIdentifier onPremisesUserPrincipalName originalUserPrincipalName
    otherMails physicalDeliveryOfficeName postalCode preferredLanguage preferredName
    proxyAddresses sipProxyAddress state streetAddress surname telephoneNumber businessPhones
    usageLocation userPrincipalName userType
"""

USER_ATTRIBUTES: Mapping[str, SourceType] = {
    **dict.fromkeys(_USER_TEXT.split(), "string"),
    **{f"extensionAttribute{number}": "string" for number in range(1, 16)},
    "accountEnabled": "boolean",
    "dirSyncEnabled": "boolean",
    "manager": "user",
    "showInAddressList": "boolean",
}
"""What the YAML may say of a user."""

USER_DERIVED = frozenset({"objectId", "IsSoftDeleted", "appRoleAssignments"})
"""What expressions may read of a user besides: the key, whether it is out, its roles here."""

GROUP_ATTRIBUTES: Mapping[str, SourceType] = {
    **dict.fromkeys(["displayName", "description", "mail", "mailNickname"], "string"),
    "mailEnabled": "boolean",
    "securityEnabled": "boolean",
}
"""What the YAML may say of a group."""

GROUP_DERIVED = frozenset({"objectId", "members"})
"""What expressions may read of a group besides: the key and the resolved members."""
