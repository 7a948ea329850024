"""PostgreSQL refuses to run as root: started by root, it runs as a system user of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

from recut.errors import OperatorError
from recut.local.process import Owner

if TYPE_CHECKING:
    from pathlib import Path

# The name that the package of the PostgreSQL programs uses for the same purpose.
USER = "pgserver"


def choose_owner(folder: Path) -> Owner | None:
    """The user for the server of the data in `folder`, which may have been made by another user before."""
    if os.geteuid() != 0:
        return None
    uid = folder.stat().st_uid if folder.exists() else 0
    entry = pwd.getpwuid(uid) if uid else _system_user()
    return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)


def let_pass(path: Path) -> None:
    """Others may walk through the folders above `path`, which reveals nothing that lies in them."""
    for folder in path.resolve().parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        _add_system_user()
        return pwd.getpwnam(USER)


def _add_system_user() -> None:
    program = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    command = [program or "useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.CalledProcessError):
        raise OperatorError(
            f"PostgreSQL does not run as root and the system user {USER} could not be added: "
            f"run Recut as a normal user, or add that user first"
        ) from None
