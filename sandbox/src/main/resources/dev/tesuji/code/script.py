# Runs a program as the interpreter would run its file.


def run(file, folders):
    import builtins
    import sys  # of its own, since the program's names replace ours

    complete(folders)
    sys.argv[:] = [file]
    with open(file, "rb") as stream:
        source = stream.read()
    names = sys.modules["__main__"].__dict__
    names.clear()
    names.update(__name__="__main__", __doc__=None, __package__=None, __loader__=None,
                 __spec__=None, __annotations__={}, __builtins__=builtins, __file__=file,
                 __cached__=None)
    sys.setrecursionlimit(sys.getrecursionlimit() + 3)  # for the calls above the program
    running = False
    try:
        code = compile(source, file, "exec", dont_inherit=True)
        del source, stream
        running = True
        exec(code, names)
    except SystemExit:
        raise
    except BaseException as error:
        trace = error.__traceback__.tb_next if running else None
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        sys.exit(130 if isinstance(error, KeyboardInterrupt) else 1)


run(sys.path[0] + "/main.py", FOLDERS)
