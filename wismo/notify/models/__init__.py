"""Who is told, what, by which rule and in which words; and what became of it."""

from wismo.notify.models.authoring import (
    Campaign,
    JourneyVersion,
    ProviderTemplate,
    TextVersion,
    VersionState,
)
from wismo.notify.models.conversations import Conversation, ConversationEntry, Feedback, Inbound
from wismo.notify.models.happenings import HappeningRow
from wismo.notify.models.messages import (
    Attempt,
    AttemptState,
    Decision,
    FeedItem,
    Message,
    MessageState,
    Receipt,
)
from wismo.notify.models.people import Address, Consent, Preference, Suppression
from wismo.notify.models.providers import ChannelAccount, MessagingSettings, SendBucket, TeamAlert

__all__ = (
    "Address",
    "Attempt",
    "AttemptState",
    "Campaign",
    "ChannelAccount",
    "Consent",
    "Conversation",
    "ConversationEntry",
    "Decision",
    "FeedItem",
    "Feedback",
    "HappeningRow",
    "Inbound",
    "JourneyVersion",
    "Message",
    "MessageState",
    "MessagingSettings",
    "Preference",
    "ProviderTemplate",
    "Receipt",
    "SendBucket",
    "Suppression",
    "TeamAlert",
    "TextVersion",
    "VersionState",
)
