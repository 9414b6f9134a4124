"""The names and types that a request's features must have, so that no wrong column is scored unnoticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from msgspec import MsgspecError

from starcase.contract.request import Request, Scalar
from starcase.serving.http.fast_decode import Kind, build_decoder
from starcase.serving.http.wire import RequestMessage, RequestRefusal, decode_request, decode_requests

_WORDS: dict[type, str] = {int: "a number", float: "a number", str: "text", bool: "a flag"}
_FITS: dict[Kind, tuple[type, ...]] = {"number": (int, float, bool), "text": (str,), "flag": (bool,)}
_REMEMBERED = 4096


class Signature:
    """Names and kinds of features; a feature may always be null.

    Args:
        features: each name with its kind.

    >>> signature = Signature({"amount": "number", "country": "text"})
    >>> signature.check({"amount": 1, "country": None})
    >>> try: signature.check({"amount": "1", "country": "AT"})
    ... except RequestRefusal as refusal: refusal.field, refusal.what
    ('features.amount', "feature 'amount' is a number, not text")
    """

    __slots__ = ("_fine", "_quick", "features")

    def __init__(self, features: Mapping[str, Kind]) -> None:
        self.features = dict(features)
        self._quick = build_decoder(features) or self._read_slowly
        self._fine: set[tuple[str | type, ...]] = set()

    @classmethod
    def from_requests(cls, requests: Iterable[Request]) -> Signature:
        """Infer the signature from requests; a feature that was always null counts as a number."""
        features: dict[str, Kind] = {}
        for request in requests:
            for name, value in request.features.items():
                features.setdefault(name, "number")
                if isinstance(value, str):
                    features[name] = "text"
        return cls(features)

    def read(self, body: bytes) -> RequestMessage:
        """Decode and check a body with one request; raises RequestRefusal that names the field."""
        try:
            return self._quick(body)
        except MsgspecError:
            return self._read_slowly(body)

    def read_many(self, body: bytes) -> list[RequestMessage]:
        """Decode and check a body with a list of requests; raises RequestRefusal that names the field."""
        asked = decode_requests(body)
        for one_asked in asked:
            self.check(one_asked.features)
        return asked

    def _read_slowly(self, body: bytes) -> RequestMessage:
        ask = decode_request(body)
        self.check(ask.features)
        return ask

    def check(self, features: Mapping[str, Scalar]) -> None:
        """Raise RequestRefusal that names the field unless the features are exactly those of the signature."""
        shown: tuple[str | type, ...] = (*features, *map(type, features.values()))
        if shown in self._fine:
            return
        if features.keys() != self.features.keys():
            raise self._build_name_error(features)
        for name, kind in self.features.items():
            found = type(features[name])
            if found not in _FITS[kind] and found is not type(None):
                wanted = {"number": "a number", "text": "text", "flag": "a flag"}[kind]
                raise RequestRefusal(
                    422, "wrong type", f"feature {name!r} is {wanted}, not {_WORDS[found]}", field=f"features.{name}"
                )
        if len(self._fine) < _REMEMBERED:
            self._fine.add(shown)

    def _build_name_error(self, features: Mapping[str, Scalar]) -> RequestRefusal:
        missing = sorted(self.features.keys() - features.keys())
        unknown = sorted(features.keys() - self.features.keys())
        if unknown:
            near = get_close_matches(unknown[0], missing or list(self.features), n=1)
            hint = f"; the nearest known is {near[0]!r}" if near else ""
            what = f"there is no feature {unknown[0]!r}{hint}"
        else:
            what = f"feature {missing[0]!r} is missing"
        return RequestRefusal(
            422,
            "wrong features",
            what,
            field=f"features.{(unknown or missing)[0]}",
            mend="send every feature by its name, with null for an unknown value",
        )
