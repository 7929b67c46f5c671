# Values as they travel between the program and its tests: plain JSON, so that what arrives is made
# of Python's own types whatever class it had where it came from.
import builtins
import sys

sys.set_int_max_str_digits(0)
LARGEST = 1 << 26


def plain_json():
    """Returns what reads a text of JSON, and what writes one. The module `json` takes as long to
    load as an interpreter takes to start; what it is made of is there without that."""
    try:
        import _json

        class Settings:
            strict = True
            object_hook = object_pairs_hook = None
            parse_float = float
            parse_int = int
            parse_constant = {"NaN": float("nan"), "Infinity": float("inf"),
                              "-Infinity": float("-inf")}.__getitem__

        scan = _json.make_scanner(Settings)
        parts = _json.make_encoder(None, no_json, _json.encode_basestring_ascii, None, ":", ",",
                                   False, False, True)
        return lambda text: scan(text, 0)[0], lambda value: "".join(parts(value, 0))
    except (ImportError, AttributeError, TypeError):  # another version of Python
        import json

        return json.loads, lambda value: json.dumps(value, separators=(",", ":"))


def no_json(value):
    raise TypeError("no value of JSON: " + type(value).__name__)


from_json, to_json = plain_json()

# Types of Python's own, which both sides have.
TYPES = {name: kind for name, kind in vars(builtins).items()
         if type(kind) is type and not issubclass(kind, BaseException)}

VIEWS = (type({}.keys()), type({}.items()))  # which equal sets

# How values of the module datetime are written, and read by their class.
TIMES = {
    name: (lambda v: v.isoformat(), lambda kind, text: kind.fromisoformat(text))
    for name in ("date", "time", "datetime")
}
TIMES["timedelta"] = (lambda v: [v.days, v.seconds, v.microseconds], lambda kind, v: kind(*v))


def read_exactly(stream, count):
    data = b""
    while len(data) < count:
        more = stream.read(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def encode(value, handle):
    """Returns a value as JSON can hold it; `handle` makes something of what has no such form."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return ["n", kind.__name__, list(kind._fields), [encode(v, handle) for v in value]]
    for tag, base in (("l", list), ("t", tuple), ("s", set), ("f", frozenset)):
        if isinstance(value, base):
            return [tag] + [encode(v, handle) for v in base.__iter__(value)]
    if isinstance(value, dict):
        return ["d"] + [[encode(k, handle), encode(v, handle)] for k, v in dict.items(value)]
    if kind is type and TYPES.get(value.__name__) is value:
        return ["y", value.__name__]
    if isinstance(value, (bytes, bytearray)):
        return ["B" if isinstance(value, bytearray) else "b", bytes(value).hex()]
    for base in (int, float, str):
        if isinstance(value, base):
            return base(value)
    if kind is complex:
        return ["c", value.real, value.imag]
    if kind is range:
        return ["r", value.start, value.stop, value.step]
    if value is Ellipsis or value is NotImplemented:
        return ["e", value is Ellipsis]
    module = getattr(kind, "__module__", "")
    name = kind.__name__
    if (module, name) == ("fractions", "Fraction"):
        return ["F", value.numerator, value.denominator]
    if (module, name) == ("decimal", "Decimal"):
        return ["D", str(value)]
    if module == "datetime" and name in TIMES:
        return ["T", name, TIMES[name][0](value)]
    if kind in VIEWS:
        return ["s"] + [encode(v, handle) for v in value]
    if (module, name) == ("collections", "deque"):
        return ["q", value.maxlen] + [encode(v, handle) for v in value]
    if module == "numpy" or module.startswith("numpy."):
        if hasattr(value, "dtype") and hasattr(value, "tolist"):
            if getattr(value, "shape", ()) == ():
                return encode(value.tolist(), handle)
            return ["N", str(value.dtype), encode(value.tolist(), handle)]
    return handle(value)


def decode(value, handle):
    """Returns what was encoded; `handle` makes something of a reference."""
    if not isinstance(value, list):
        return value
    tag = value[0]
    if tag in "ltsf":
        return {"l": list, "t": tuple, "s": set, "f": frozenset}[tag](
            decode(v, handle) for v in value[1:])
    if tag == "d":
        return {decode(k, handle): decode(v, handle) for k, v in value[1:]}
    if tag == "n":
        import collections
        return collections.namedtuple(value[1], value[2])(*[decode(v, handle) for v in value[3]])
    if tag in "bB":
        data = bytes.fromhex(value[1])
        return bytearray(data) if tag == "B" else data
    if tag == "c":
        return complex(value[1], value[2])
    if tag == "r":
        return range(value[1], value[2], value[3])
    if tag == "e":
        return Ellipsis if value[1] else NotImplemented
    if tag == "y":
        return TYPES[value[1]]
    if tag == "F":
        import fractions
        return fractions.Fraction(value[1], value[2])
    if tag == "D":
        import decimal
        return decimal.Decimal(value[1])
    if tag == "T":
        import datetime
        return TIMES[value[1]][1](getattr(datetime, value[1]), value[2])
    if tag == "q":
        import collections
        return collections.deque([decode(v, handle) for v in value[2:]], value[1])
    if tag == "N":
        import numpy
        return numpy.array(decode(value[2], handle), dtype=value[1])
    return handle(value)


def dump(message):
    data = to_json(message).encode("ascii")
    if len(data) > LARGEST:
        raise ValueError("a value of more than %d bytes" % LARGEST)
    return len(data).to_bytes(4, "big") + data
