"""Which visits to a link are a person's, and where it may lead. Pure."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

# Mail gateways and chats open links to look at them; a link that was looked at was not clicked. By what they
# call themselves: Proofpoint, Mimecast, Barracuda, Microsoft, Google, the previews of Facebook, WhatsApp,
# Slack, Telegram, Discord, LINE and KakaoTalk, and programs' libraries. ("CUBOT" is a telephone.)
_MACHINES = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|scan|proofpoint|mimecast|barracuda|safelinks|urldefense|virustotal"
    r"|googleimageproxy|google-read-aloud|feedfetcher|facebookexternalhit|facebookcatalog|whatsapp/|slack-imgproxy"
    r"|telegrambot|discordbot|linespider|kakaotalk-scrap|skypeuripreview|bingpreview|headlesschrome|phantomjs"
    r"|curl/|wget/|python-|python/|go-http-client|java/|okhttp|axios|libwww|httpclient|node-fetch|symantec|trendmicro",
    re.IGNORECASE,
)


def is_person(method: str, agent: str, purpose: str) -> bool:
    """Whether a visit counts as a click; `purpose` is what the browser says a prefetch is for."""
    if method != "GET" or not agent.strip():
        return False
    return _MACHINES.search(agent) is None and "prefetch" not in purpose.lower()


def leads_to(url: str, hosts: Collection[str]) -> bool:
    """Whether a link may lead there: to one of these hosts, or below one, and to nothing but a web page."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if parts.scheme not in {"https", "http"} or not host or "@" in parts.netloc or "\\" in url:
        return False
    return any(host == one or host.endswith(f".{one}") for one in hosts if one)


def host_of(url: str) -> str:
    """The host of a web address; "" where it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
