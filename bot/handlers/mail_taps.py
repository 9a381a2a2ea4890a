"""What is tapped on the card of a mail: which opportunity it is of, which of several is meant (D7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.capture import mail as capture
from bot.capture import mail_told as mails
from bot.capture.mail import Labelled, Mail, Taken
from bot.handlers.answers import turn_of
from bot.letter import Letter
from bot.playbook.store import Live
from bot.replies import mail as say
from bot.replies import words
from bot.replies.reading import title_name
from bot.replies.wording import cut, masked
from bot.routing import Reply, Router, Tap
from storage import activities, customers, evidence, opportunities
from storage.records import Change, Member, Opportunity, changed

router = Router()


def ask(
    mail: Mail, name: str, said: Sequence[Labelled], deals: Sequence[Opportunity], owner: Member, live: Live,
    now: datetime, at: datetime, taken: Taken,
) -> Letter:  # fmt: skip
    """Which of the customer's opportunities the day and the sum are of."""
    card = say.which(mail, name, said, deals, live.playbook, now.date())
    about = {
        "mail": {**mail.kept(), "text": "", "files": []},
        "said": [[one.field, one.label, str(one.value)] for one in said],
        "message": mail.event, "brief": cut(mail.subject, 24), "name": name, "options": [deal.id for deal in deals],
        "proofs": [one.id for one in taken.files],
    }  # fmt: skip
    return Letter(card, to=owner.id, once=f"{mail.event}:which", about=about, answer=False, question=True,
                  at=at, event=mail.event)  # fmt: skip


@router.tap("pick", cards=("mail.which",))
async def this_one(tap: Tap) -> Reply:
    """The day and the sum are that opportunity's, and so is the mail with its files."""
    data = tap.card.data
    deal = await opportunities.get(str(data["options"][int(tap.button.partition(":")[2]) - 1]))
    if deal is None or deal.state != "open":
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    said = [capture.again(field, label, value) for field, label, value in data["said"]]
    filled, otherwise = capture.terms(said, deal)
    changes: list[Change] = []
    if filled:
        changes.append(changed(deal, "opportunity.terms", **{one.field: one.value for one in filled}))
    event = str(data["message"])
    for one in await activities.of_message(event):
        changes.append(changed(one, "activity.placed", opportunity_id=deal.id))
    for id in data.get("proofs", ()):
        proof = await evidence.get(str(id))
        if proof is not None:
            changes.append(changed(proof, "evidence.linked", opportunity_id=deal.id))
    mail = Mail.of(data["mail"])
    customer = await customers.get(deal.customer_id)
    if customer is None:
        return Reply(push=words.text("reading.no_card"))
    who = mail.name or masked(mail.address)
    told = say.told(
        mail, Taken((), filled, otherwise), customer, str(data["name"]), who, deal, tap.playbook, tap.now
    )  # fmt: skip
    page = await mails.page(told, deal, tap.member.id, tap.playbook, turn_of(tap).house.public_url, tap.now)
    return Reply(push=say.read(told, tap.now, page), changes=tuple(one for one in changes if one.after),
                 about=told.about, event=event, card_state="open")  # fmt: skip


@router.tap("none", cards=("mail.which",))
async def none_of_them(tap: Tap) -> Reply:
    return Reply(push=words.text("mail.left", customer=str(tap.card.data["name"])))


@router.tap("edit", cards=("mail.several",))
async def edit(tap: Tap) -> Reply:
    """Which of the mails is meant, first."""
    rows = [await activities.of_message(str(event)) for event in tap.card.data["events"]]
    subjects = [found[0].text.partition("\n")[0] if found else "" for found in rows]
    names = [str(name) for name in tap.card.data["names"]]
    about = {"events": tap.card.data["events"], "names": names}
    return Reply(push=say.which_one(list(zip(names, subjects, strict=True))), about=about, card_state="open")


@router.tap("pick", cards=("mail.which_one",))
async def edit_this(tap: Tap) -> Reply:
    n = int(tap.button.partition(":")[2]) - 1
    event, name = str(tap.card.data["events"][n]), str(tap.card.data["names"][n])
    about = {"message": event, "which": 0, "name": name, "events": [event]}
    return Reply(push=words.card("reading.edit", customer=title_name(name)), about=about, card_state="open")
