# Compiles files of ours once, so that no program's start waits for that, and tells them where
# modules are found. Each argument is a new file's name and the files of which it is made, with
# commas between them; the new files are written to the standard output, each after its size.
import importlib.util
import marshal
import sys

for argument in sys.argv[1:]:
    name, *files = argument.split(",")
    source = "FOLDERS = %r\n" % sys.path[1:]
    for file in files:
        with open(sys.path[0] + "/" + file, encoding="utf-8") as stream:
            source += stream.read()
    code = compile(source, name, "exec", dont_inherit=True)
    data = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
