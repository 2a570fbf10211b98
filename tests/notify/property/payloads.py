"""What each provider's payload looks like, small and whole: where the search for breaking ones begins."""

from typing import Any

_MESSAGE = {"mid": "m1", "text": "Hi", "quick_reply": {"payload": "t0k"}, "reply_to": {"mid": "m0"}}
_TWILIO = {
    "MessageSid": "SM1",
    "MessageStatus": "failed",
    "ErrorCode": "30003",
    "To": "+4915112345678",
    "From": "+4915112345678",
    "NumMedia": "1",
    "Body": "Hi",
}
_META_STATUS = {
    "id": "wamid.1",
    "status": "failed",
    "timestamp": "1764000000",
    "recipient_id": "4915112345678",
    "errors": [{"code": 131050}],
    "biz_opaque_callback_data": "r",
}
_META_MESSAGE = {
    "id": "wamid.2",
    "from": "4915112345678",
    "timestamp": "1764000000",
    "type": "interactive",
    "interactive": {"type": "list_reply", "list_reply": {"id": "t0k", "title": "Later"}},
    "context": {"id": "wamid.1"},
}
_META_EDIT = {
    "id": "wamid.3",
    "from": "4915112345678",
    "type": "edit",
    "edit": {"message": {"type": "text", "text": {"body": "Hi"}}, "original_message_id": "wamid.2"},
}
_META_VALUE = {
    "statuses": [_META_STATUS],
    "messages": [_META_MESSAGE, _META_EDIT],
    "contacts": [{"wa_id": "4915112345678", "user_id": "US.1", "profile": {"name": "Lina"}}],
    "user_preferences": [{"wa_id": "4915112345678", "category": "marketing_messages", "value": "stop"}],
    "message_template_name": "n",
    "message_template_language": "de",
    "event": "PAUSED",
}
_FIELDS = ("messages", "user_preferences", "message_template_status_update", "template_category_update")
_SOURCE = {"type": "user", "userId": "U1"}
_LINE: list[dict[str, Any]] = [
    {"type": "message", "message": {"type": "text", "text": "link-abc", "quotedMessageId": "1"}},
    {"type": "postback", "postback": {"data": "t0k"}},
    {"type": "follow"},
    {"type": "unfollow"},
    {"type": "accountLink", "link": {"result": "ok", "nonce": "n"}},
    {"type": "delivery", "delivery": {"data": "0d9a6a3e-5b1f-4c1e-9d57-2a1f8f3f9c11"}},
]
_CHAT = {"id": 7, "type": "private"}
_MAIL = "From: Lina <lina@buyer.example>\r\nIn-Reply-To: <x@y>\r\n\r\nHi\r\n> quoted"
_SES = {
    "eventType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "a@b.example"}],
        "timestamp": "2026-11-24T12:00:00Z",
    },
    "mail": {"messageId": "m", "tags": {"wismo_reference": ["r"]}, "destination": ["a@b.example"]},
}
_SES_MAIL = {
    "notificationType": "Received",
    "content": "SGk=",
    "receipt": {"action": {"encoding": "BASE64"}},
    "mail": {"timestamp": "2026-11-24T12:00:00Z"},
}

JSON: dict[str, list[Any]] = {
    "ses": [
        _SES,
        _SES_MAIL,
        {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://x", "Message": ""},
    ],
    "postmark": [
        {"RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "Email": "a@b.example", "MessageID": "m"},
        {"FromFull": {"Email": "a@b.example"}, "Headers": [{"Name": "X", "Value": "y"}], "TextBody": "Hi"},
    ],
    "mailgun": [
        {
            "signature": {"timestamp": "1", "token": "t", "signature": "s"},
            "event-data": {
                "event": "failed",
                "severity": "permanent",
                "reason": "old",
                "timestamp": 1764000000.1,
                "recipient": "a@b.example",
                "delivery-status": {"code": 550},
                "user-variables": {"wismo_reference": "r"},
                "message": {"headers": {"message-id": "m"}},
            },
        }
    ],
    "brevo": [
        {"event": "hard_bounce", "ts_epoch": 1764000000000, "X-Mailin-custom": "{}", "email": "a@b.example"},
        {"items": [{"From": {"Address": "a@b.example"}, "Headers": {"Date": "x"}, "MessageId": "m"}]},
    ],
    "resend": [
        {
            "type": "email.bounced",
            "created_at": "2026-11-24T12:00:00Z",
            "data": {
                "to": ["a@b.example"],
                "tags": {"wismo_reference": "r"},
                "bounce": {"type": "Permanent", "subType": "General", "message": "m"},
            },
        }
    ],
    "sparkpost": [
        [{"msys": {"message_event": {"type": "bounce", "bounce_class": "10", "timestamp": "1764000000"}}}],
        [{"msys": {"relay_message": {"content": {"email_rfc822": _MAIL, "email_rfc822_is_base64": False}}}}],
    ],
    "mailjet": [
        [{"event": "bounce", "time": 1764000000, "MessageID": 1, "Payload": "{}", "hard_bounce": True}],
        {"From": "a@b.example", "Headers": {"Date": "x"}, "Html-part": "<p>Hi"},
    ],
    "mailersend": [
        {
            "type": "activity.hard_bounced",
            "data": {
                "type": "hard_bounced",
                "email": {"message": {"id": "m"}, "recipient": {"email": "a@b.example"}, "tags": ["wismo:r"]},
            },
        },
        {"type": "inbound.message", "data": {"id": "i", "raw": _MAIL, "created_at": "2026-11-24T12:00:00Z"}},
    ],
    "sendgrid": [[{"event": "bounce", "email": "a@b.example", "timestamp": 1764000000, "sg_event_id": "e"}]],
    "webhook": [[{"reference": "r", "state": "failed", "failure": "invalid", "at": "2026-11-24T12:00:00Z"}]],
    "line": [{"events": [{**e, "source": _SOURCE, "timestamp": 1764000000000} for e in _LINE]}],
    "solapi": [
        [
            {"data": {"messageId": "m", "statusCode": "4000", "customFields": {"reference": "r"}}},
            {"groupId": "g"},
            {"groupId": "g"},
        ]
    ],
    "telegram": [
        {"update_id": 1, "message": {"chat": _CHAT, "date": 1764000000, "text": "/start abc", "from": {}}},
        {"update_id": 2, "callback_query": {"data": "t0k", "from": {"id": 7}, "message": {"message_id": 1}}},
        {
            "update_id": 3,
            "my_chat_member": {"chat": _CHAT, "new_chat_member": {"status": "kicked"}, "date": 1},
        },
    ],
    "meta": [
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": field, "value": _META_VALUE} for field in _FIELDS]}],
        }
    ],
    "messenger": [
        {
            "object": "page",
            "entry": [
                {
                    "id": "1",
                    "messaging": [
                        {"sender": {"id": "7"}, "timestamp": 1764000000000, "message": _MESSAGE},
                        {"sender": {"id": "7"}, "delivery": {"mids": ["m1"], "watermark": 1764000000000}},
                        {"sender": {"id": "7"}, "postback": {"payload": "t0k", "referral": {"ref": "abc"}}},
                    ],
                    "changes": [{"field": "message_template_status_update", "value": {"event": "PAUSED"}}],
                }
            ],
        }
    ],
    "infobip": [
        {"results": [{"messageId": "m", "status": {"groupName": "DELIVERED"}, "error": {"name": "x"}}]},
        {"results": [{"messageId": "m", "from": "4915112345678", "text": "Hi"}]},
    ],
    "seven": [{"data": {"msg_id": 1, "status": "DELIVERED", "foreign_id": "r"}}],
    "msg91": [{"requestId": "r", "status": 1}],
}
JSON["line_notice"] = JSON["line"]
FORMS: dict[str, dict[str, str]] = {
    "twilio_sms": _TWILIO,
    "twilio_whatsapp": {**_TWILIO, "MessageStatus": "", "SmsStatus": "received", "From": "whatsapp:US.1"},
    "mailgun": {"timestamp": "1", "token": "t", "signature": "s", "from": "a@b.example", "body-plain": "Hi"},
    "sendgrid": {"from": "a@b.example", "text": "Hi", "headers": "Date: x"},
    "46elks": {"id": "s1", "status": "delivered", "from": "+46", "message": "Hi"},
    "africastalking": {"id": "s1", "status": "Success", "failureReason": "x"},
    "gupshup": {"response": '[{"externalId": "1", "eventType": "DELIVERED", "cause": "SUCCESS"}]'},
}
