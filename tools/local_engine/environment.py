"""Where things are, and what the tools that we start get to see."""

import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / ".local"
# Apart from .aws-sam/build, from which somebody may deploy to AWS: this one is for the processor of this machine.
BUILT = LOCAL / "build"
REGION = "us-east-1"
# The template's loops: samconfig.toml switches them on for people, this for templates that stand elsewhere.
SAM = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION, "SAM_CLI_ENABLE_LANGUAGE_EXTENSIONS": "1"}


def architecture() -> str:
    """The processor of this machine, as Lambda calls it: its functions run right here."""
    return "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"


def bare_environment() -> dict[str, str]:
    """An environment with nothing of the person's in it, for what is to know this machine only."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "TMPDIR", "TZ") if name in os.environ}
    return {**kept, "PATH": _path(), "NO_PROXY": "127.0.0.1,localhost"}


def build_environment() -> dict[str, str]:
    """The person's own environment, with its mirrors and certificates, but without AWS and other Pythons."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return {**kept, "PATH": _path(), **SAM}


def _path() -> str:
    """Our Python's folder first: `sam build` takes the first python3.13 with pip that it finds."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def aws_environment(engine_url: str) -> dict[str, str]:
    """What makes an AWS tool speak to the engine at this address and to nothing else; `test` is the account's root."""
    return {
        "AWS_ENDPOINT_URL": engine_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
