# Runs the tests, in a process that the program cannot reach. The program's functions are proxies
# here: they send their arguments away and return values that are made of Python's own types, so
# that comparing them is done by Python and by nothing of the program's.
import ast
import builtins
import gc
import json
import os
import types

complete(FOLDERS)
reading = os.fdopen(os.dup(0), "rb", buffering=0)
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)


def receive():
    """Returns the kind of a frame and its text."""
    head = read_exactly(reading, 5)
    return head[:1], read_exactly(reading, int.from_bytes(head[1:], "big"))


def emit(kind, data):
    data = kind + len(data).to_bytes(4, "big") + data
    while data:
        data = data[os.write(out, data):]


class Gone(Exception):
    """The program has ended."""


OWN = set(dir(builtins)) | sys.stdlib_module_names
callbacks = []
errors = {}


def ask(question):
    emit(b"Q", dump(question)[4:])
    while True:
        kind, data = receive()
        if kind == b"X":
            raise Gone("the program has ended")
        reply = json.loads(data)
        if not isinstance(reply, dict):
            raise Gone("the program gave no answer")
        if "callback" not in reply:
            return reply
        try:
            f = callbacks[reply["callback"]]
            value = {"value": put(f(*get(reply["args"]), **get(reply["named"])))}
        except Exception as e:
            value = {"error": [type(e).__name__, "Exception", str(e)]}
        emit(b"Q", dump(value)[4:])


def value_of(reply):
    if "error" in reply:
        name, base, text = reply["error"]
        raise error_class(str(name), str(base))(str(text))
    return get(reply["value"])


def error_class(name, base):
    builtin = getattr(__builtins__, name, None)
    if isinstance(builtin, type) and issubclass(builtin, BaseException):
        return builtin if issubclass(builtin, Exception) else RuntimeError
    if name not in errors:
        above = getattr(__builtins__, base, Exception)
        fits = isinstance(above, type) and issubclass(above, Exception)
        errors[name] = type(name, (above if fits else Exception,), {})
    return errors[name]


def put(value):
    return encode(value, refer)


def refer(value):
    if isinstance(value, Remote):
        return ["h", number(value)]
    if isinstance(value, type) and value.__name__ in errors:
        return ["h", known_errors[value.__name__]]
    if callable(value) or hasattr(value, "__next__"):
        callbacks.append(value)
        return ["H", len(callbacks) - 1]
    raise TypeError("a test may not hand over a value of type " + type(value).__name__)


known_errors = {}


def get(value):
    return decode(value, reference)


def reference(value):
    tag = value[0]
    if tag == "h":
        return Remote(value[1])
    if tag == "H":
        return callbacks[value[1]]
    if tag == "x":
        known_errors[value[2]] = value[1]
        return error_class(value[2], value[3])
    if tag == "m":
        if value[1].split(".")[0] in sys.stdlib_module_names:
            return __import__("importlib").import_module(value[1])
        return None
    raise ValueError("no value: " + repr(tag))


def number(remote):
    return object.__getattribute__(remote, "_number")


def about(remote, op, *args):
    return value_of(ask({"op": op, "on": ["h", number(remote)], "args": put(args)}))


def update(old, new):
    """Does to an argument what the program did to its copy."""
    if type(old) is not type(new) or old == new and repr(old) == repr(new):
        return
    if isinstance(old, (list, bytearray)):
        old[:] = new
    elif isinstance(old, (dict, set)):
        old.clear()
        old.update(new)


class Remote:
    """Something of the program's that has no plain value: a function, a class, an object."""

    def __init__(self, number):
        object.__setattr__(self, "_number", number)

    def __call__(self, *args, **named):
        reply = ask({"op": "call", "on": ["h", number(self)], "args": put(list(args)),
                     "named": put(named)})
        value = value_of(reply)
        if reply.get("args") is not None:
            for old, new in zip(args, get(reply["args"])):
                update(old, new)
        return value

    def __getattr__(self, name):
        return about(self, "getattr", name)

    def __setattr__(self, name, value):
        about(self, "setattr", name, value)

    def __iter__(self):
        return about(self, "iter")

    def __next__(self):
        return about(self, "next")

    def __len__(self):
        return about(self, "len")

    def __getitem__(self, key):
        return about(self, "getitem", key)

    def __setitem__(self, key, value):
        about(self, "setitem", key, value)

    def __delitem__(self, key):
        about(self, "delitem", key)

    def __contains__(self, value):
        return about(self, "contains", value)

    def __str__(self):
        return about(self, "str")

    def __repr__(self):
        return about(self, "repr")

    def __bool__(self):
        return True

    def __hash__(self):
        return number(self)

    def __eq__(self, other):
        # Only two things of the program's are compared by it: what a test expects is a plain value.
        if not isinstance(other, Remote):
            return False
        return number(self) == number(other) or about(self, "eq", other) is True

    def __instancecheck__(self, value):
        reply = ask({"op": "isinstance", "on": ["h", number(self)], "args": put(value)})
        return value_of(reply) is True


def words(statement):
    """Returns the names that a statement uses."""
    try:
        tree = ast.parse(statement)
    except (SyntaxError, ValueError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def of_program(found, task):
    """Returns the program's names without those of Python's that it has given another meaning,
    which the tests use to look at what it returns. Where the tests use no other name of the
    program's, it is that name that they are about."""
    plain = {k: v for k, v in found.items() if not (k.startswith("__") and k.endswith("__"))}
    used = set().union(*map(words, task["asserts"])) & set(plain)
    entry = task.get("entry")
    about = {entry} if entry is not None else used - OWN or used
    return {k: v for k, v in plain.items()
            if k not in OWN or k in about or isinstance(v, list) and v == ["m", k]}


def run(task):
    reply = ask({"op": "load"})
    if "syntax" in reply:
        emit(b"C", b"")
        return
    names = {"__name__": "tests", "__builtins__": __builtins__}
    failed = None
    try:
        if "error" in reply:
            value_of(reply)
        for name, value in of_program(reply["names"], task).items():
            names[name] = get(value)
    except Exception as e:
        failed = e
    entry = task.get("entry")
    if entry is not None and failed is None:
        if entry in names:
            names["candidate"] = names[entry]
        else:
            failed = NameError("name '%s' is not defined" % entry)
    for i, statement in enumerate(task["asserts"]):
        emit(b"S", str(i).encode())
        verdict = {"ok": True}
        try:
            if failed is not None:
                raise failed
            before = names.get("check")
            exec(compile(statement, "test_%d" % (i + 1), "exec", dont_inherit=True), names)
            check = names.get("check")
            if entry is not None and check is not before and isinstance(check, types.FunctionType):
                check(names["candidate"])
        except BaseException as e:
            text = type(e).__name__ + (": " + str(e) if str(e) else "")
            verdict = {"ok": False, "memory": isinstance(e, MemoryError), "error": text}
        emit(b"V", json.dumps(verdict).encode())


gc.freeze()  # so that a child that collects garbage copies none of this
while True:
    try:
        _, text = receive()
    except EOFError:
        os._exit(0)
    child = os.fork()
    if child == 0:
        try:
            run(json.loads(text))
        except BaseException as e:
            emit(b"F", (type(e).__name__ + ": " + str(e)).encode("utf-8", "replace"))
        os._exit(0)
    os.waitpid(child, 0)
    emit(b"E", b"")
