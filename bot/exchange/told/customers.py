"""Customers and what belongs to them as objects."""

from __future__ import annotations

from bot.exchange.told.book import Book, Item, money
from storage.records import Binding, Claim, Contact, Customer, External, Fact, Unassigned


def customer_item(one: Customer, known: Book) -> Item:
    return {
        "id": one.id,
        "name": one.name,
        "aliases": known.aliases.get(one.id, []),
        "owner_id": one.owner_id,
        "recorder_id": one.recorder_id,
        "created_at": known.when(one.created_at, one.owner_id),
        "note": one.note,
        "tags": list(one.tags),
        "custom": dict(one.custom),
    }


def contact_item(one: Contact, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "name": one.name,
        "title": one.title,
        "department": one.department,
        "phones": list(one.phones),
        "emails": list(one.emails),
        "role": one.role,
    }


def claim_item(one: Claim, known: Book) -> Item:
    return {
        "id": one.id,
        "customer_id": one.customer_id,
        "owner_id": one.owner_id,
        "member_id": one.member_id,
        "words": one.words,
        "channel": one.channel,
        "at": known.when(one.at, one.member_id),
        "state": one.state,
        "by_id": one.by_id,
        "decided_at": known.when(one.decided_at, one.member_id),
    }


def unassigned_item(one: Unassigned, known: Book) -> Item:
    return {
        "id": one.id,
        "kind": one.kind,
        "what": one.what,
        "text": one.text,
        "member_id": one.member_id,
        "options": list(one.options),
        "at": known.when(one.at, one.member_id),
        "state": one.state,
        "customer_id": one.customer_id,
        "by_id": one.by_id,
        "ended_at": known.when(one.ended_at, one.member_id),
        "message_id": one.message_id,
    }


def fact_item(one: Fact, known: Book) -> Item:
    return {
        "id": one.id,
        "kind": one.kind,
        "what": one.what,
        "who": one.who,
        "customer_id": one.customer_id,
        "opportunity_id": one.opportunity_id,
        "lead_id": one.lead_id,
        "at": known.when(one.at),
        "amount": money(one.amount),
        "currency": one.currency,
        "external_id": one.external_id,
        "data": dict(one.data),
        "note": one.note,
        "via": one.via,
        "recorder_id": one.recorder_id,
        "received_at": known.when(one.received_at),
    }


def binding_item(one: Binding, known: Book) -> Item:
    return {
        "id": one.id,
        "account": one.account,
        "chat": one.chat,
        "customer_id": one.customer_id,
        "by_id": one.by_id,
        "at": known.when(one.at, one.by_id),
    }


def external_item(one: External, known: Book) -> Item:
    return {
        "id": one.id,
        "account": one.account,
        "external": one.external,
        "name": one.name,
        "customer_id": one.customer_id,
        "contact_id": one.contact_id,
        "member_id": one.member_id,
        "state": one.state,
        "at": known.when(one.at, one.member_id),
    }
