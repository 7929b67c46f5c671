# Makes an interpreter that was started without the module `site` what it is with it. `site` takes
# a third of the time that a start takes, most of it to look for what was found before.
import sys


def complete(folders):
    """Adds the names that `site` adds, and the folders in which it finds modules."""
    import _sitebuiltins
    import builtins

    for name in ("exit", "quit"):
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))
    builtins.help = _sitebuiltins._Helper()
    sys.path[1:] = folders
