"""Imports pyarrow_hotfix after the first import of pyarrow, in each Python process of the image.

pyarrow 14.0.0 unpickles what a Parquet, IPC or Feather file says (CVE-2023-47248); pyarrow_hotfix makes such a file an error
once it is imported. The .pth file beside this one imports this module when Python starts, so it imports nothing itself.
If pyarrow_hotfix cannot be imported, then pyarrow cannot be, either.
"""

import sys


class _Finder:
    """Stands before all other finders until someone imports pyarrow."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "pyarrow":
            return None
        from importlib.util import find_spec

        sys.meta_path.remove(cls)
        try:
            spec = find_spec(name)
        finally:
            # Back again, for a second try after one that failed.
            sys.meta_path.insert(0, cls)
        if spec is not None and spec.loader is not None:
            _hotfix_after_exec(spec.loader)
        return spec


def _hotfix_after_exec(loader):
    exec_module = loader.exec_module

    def exec_and_hotfix(module):
        exec_module(module)
        import pyarrow_hotfix

        # Again if it was imported for a pyarrow that has been dropped since; else it does nothing.
        pyarrow_hotfix.install()

    loader.exec_module = exec_and_hotfix


sys.meta_path.insert(0, _Finder)
